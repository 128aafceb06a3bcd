import type { TokenCheck } from '../entra/openid/judge-id-token.ts'

/** How an attempt ended, as codes and values; put into words when read. */
export type AttemptOutcome = {
  readonly state: 'succeeded' | 'refused'
  readonly at: string
  readonly refusal?: Refusal | undefined
  /** Of a test only. */
  readonly test?: TestFindings | undefined
}

/** Why a sign-in was refused. */
export type Refusal = {
  readonly code: RefusalCode
  readonly values?: Readonly<Record<string, string | number>> | undefined
  /** `AADSTS50105` */
  readonly microsoftCode?: string | undefined
  readonly microsoftTraceId?: string | undefined
  readonly correlationId?: string | undefined
}

/** The checks of a return, in order. A test shows each. */
export const RETURN_CHECKS = ['returned', 'redeemed', 'token', 'account'] as const
export type ReturnCheck = (typeof RETURN_CHECKS)[number]

/** What a sign-in test found. The token itself is not kept. */
export type TestFindings = {
  readonly failedCheck: ReturnCheck | TokenCheck | undefined
  readonly claims: Readonly<Record<string, unknown>> | null
  /** Nobody could prove a step-up: the token does not say when its owner was last asked. */
  readonly lacksAuthTime?: boolean | undefined
  readonly account: {
    readonly kind: 'found' | 'wouldBeCreated' | 'none'
    readonly id: string | null
    readonly name: string | null
  } | null
}

/** Every reason for which a sign-in is refused, and what the page offers then. */
export const REFUSALS = {
  // The way back.
  returnUnclear: { canRetry: true, chooseAccount: false },
  otherBrowser: { canRetry: true, chooseAccount: false },
  stateWrong: { canRetry: true, chooseAccount: false },
  alreadyUsed: { canRetry: true, chooseAccount: false },
  tookTooLong: { canRetry: true, chooseAccount: false },
  providerChanged: { canRetry: true, chooseAccount: false },
  issuerMixedUp: { canRetry: false, chooseAccount: false },
  // What the provider says.
  cancelled: { canRetry: true, chooseAccount: true },
  consentMissing: { canRetry: true, chooseAccount: false },
  notAssigned: { canRetry: false, chooseAccount: true },
  blockedByPolicy: { canRetry: false, chooseAccount: true },
  deviceNotCompliant: { canRetry: true, chooseAccount: false },
  deviceNotJoined: { canRetry: false, chooseAccount: false },
  appNotApproved: { canRetry: false, chooseAccount: false },
  accountNotInTenant: { canRetry: false, chooseAccount: true },
  accountLocked: { canRetry: false, chooseAccount: true },
  signInNeeded: { canRetry: true, chooseAccount: false },
  sessionOver: { canRetry: true, chooseAccount: false },
  registrationWrong: { canRetry: false, chooseAccount: false },
  requestWrong: { canRetry: false, chooseAccount: false },
  codeNotAccepted: { canRetry: true, chooseAccount: false },
  credentialWrong: { canRetry: false, chooseAccount: false },
  loopStopped: { canRetry: false, chooseAccount: false },
  providerBusy: { canRetry: true, chooseAccount: false },
  providerUnreachable: { canRetry: true, chooseAccount: false },
  providerRefused: { canRetry: true, chooseAccount: false },
  // What we say of the answer, and of the person.
  tokenRefused: { canRetry: true, chooseAccount: false },
  personUnknown: { canRetry: false, chooseAccount: true },
  personDisabled: { canRetry: false, chooseAccount: true },
  personRemoved: { canRetry: false, chooseAccount: true },
  personOutside: { canRetry: false, chooseAccount: true },
  personElsewhere: { canRetry: false, chooseAccount: true },
  nameTaken: { canRetry: false, chooseAccount: true },
  holdsRole: { canRetry: false, chooseAccount: true },
  nameClaimMissing: { canRetry: false, chooseAccount: false },
  otherPerson: { canRetry: true, chooseAccount: true },
  notFresh: { canRetry: true, chooseAccount: false },
  contextMissing: { canRetry: true, chooseAccount: false },
} as const satisfies Record<string, { canRetry: boolean; chooseAccount: boolean }>
export type RefusalCode = keyof typeof REFUSALS
