import type { EnrolmentTokenRefusal } from '../entra/enrolment-token.ts'
import { type Fault, type FaultCode, type FaultType, hresultOf } from '../formats/soap/fault.ts'
import type { TermsError } from '../terms-of-use/index.ts'

type Told = {
  readonly code: FaultCode
  readonly type?: FaultType
  /** For the device's log. */
  readonly message: string
  /** What the terms of use answer. */
  readonly terms?: TermsError
}

const badToken = (message: string): Told => ({
  code: 's:Authentication',
  message,
  terms: 'unauthorized_client',
})
const notAllowed = (message: string, type?: FaultType): Told => ({
  code: 's:Authorization',
  ...(type ? { type } : {}),
  message,
  terms: 'access_denied',
})
const badRequest = (message: string): Told => ({ code: 's:CertificateRequest', message })
const badData = (message: string) => notAllowed(message, 'InvalidEnrollmentData')

/**
 * Every reason for which a device is turned away, and how Windows is told. The single list: its texts
 * for people are `enrolment.<reason>.cause` and `.remedy`.
 *
 * @see windows-mdm.md 4.8
 */
export const REFUSALS = {
  messageUnreadable: { code: 's:MessageFormat', message: 'the message could not be read' },
  contentTypeWrong: { code: 's:MessageFormat', message: 'the content type is not that of SOAP' },
  returnNotAllowed: { code: 's:MessageFormat', message: 'redirect_uri is not allowed' },
  apiVersionUnknown: { code: 's:MessageFormat', message: 'unsupported version' },
  credentialMissing: { code: 'a:InvalidSecurity', message: 'no token in the security header' },
  credentialMalformed: { code: 'a:InvalidSecurity', message: 'the token could not be read' },
  passwordRefused: { code: 's:Authentication', message: 'passwords are not accepted' },
  certificateRefused: { code: 's:Authentication', message: 'certificates are not accepted here' },

  tokenAbsent: badToken('no token'),
  tokenUnreadable: badToken('token validation failed: unreadable'),
  tokenAlgorithmWrong: badToken('token validation failed: algorithm'),
  tokenTypeWrong: badToken('token validation failed: type'),
  tokenHeaderForeign: badToken('token validation failed: header'),
  tokenKeyUnknown: badToken('token validation failed: key'),
  tokenSignatureWrong: badToken('token validation failed: signature'),
  tokenVersionUnknown: badToken('token validation failed: version'),
  tokenIssuerWrong: badToken('token validation failed: issuer'),
  tokenTenantWrong: badToken('token validation failed: tenant'),
  tokenAudienceWrong: badToken('token validation failed: audience'),
  tokenTimeMissing: badToken('token validation failed: times'),
  tokenExpired: badToken('token validation failed: expired'),
  tokenNotYetValid: badToken('token validation failed: not yet valid'),
  tokenAppOnly: badToken('token validation failed: no user'),
  tokenPersonMissing: badToken('token validation failed: no user'),
  tokenScopeMissing: badToken('token validation failed: scope'),
  tokenDeviceMalformed: badToken('token validation failed: device'),
  tokenIdMissing: badToken('token validation failed: no id'),
  tokenDeviceMissing: badToken('the token names no device'),
  tokenUsed: badToken('the token was used already'),
  tenantUnknown: { ...badToken('unauthorized user or tenant'), code: 's:Authorization' },
  organizationUnclear: { ...badToken('unauthorized user or tenant'), code: 's:Authorization' },
  ownTokenUnknown: badToken('the enrolment token is not known'),
  ownTokenExpired: badToken('the enrolment token has expired'),
  ownTokenUsedUp: badToken('the enrolment token was used up'),
  ownTokenRevoked: badToken('the enrolment token was revoked'),
  keysUnavailable: {
    code: 's:EnrollmentServer',
    message: 'the signing keys could not be fetched',
    terms: 'server_error',
  },

  userUnknown: { ...notAllowed('unauthorized user or tenant'), terms: 'unauthorized_client' },
  userDisabled: notAllowed('the account is disabled'),
  userRemoved: notAllowed('the account was removed'),
  userIsGuest: notAllowed('guests do not enrol devices'),
  userOutsideScope: notAllowed('the user is outside the enrolment scope'),
  enrolmentClosed: notAllowed('enrolment is switched off'),
  deviceCapReached: notAllowed('the user has too many devices', 'DeviceCapReached'),
  buildTooOld: notAllowed('this build of Windows is too old', 'DeviceNotSupported'),
  editionNotAllowed: notAllowed('this edition of Windows is not allowed', 'DeviceNotSupported'),
  corporateNotAllowed: notAllowed('joined devices do not enrol here', 'NotSupported'),
  personalNotAllowed: notAllowed('personal devices do not enrol here', 'NotSupported'),
  deviceOfAnotherUser: notAllowed('the device is enrolled by another user'),
  receiptMissing: badData('no enrolment data from the terms of use'),
  receiptMalformed: badData('the enrolment data could not be read'),
  receiptForged: badData('the enrolment data is not ours'),
  receiptOld: badData('the enrolment data is too old'),
  receiptOfAnother: badData('the enrolment data is of another user'),

  requestMalformed: badRequest('the certificate request could not be read'),
  requestAlgorithm: badRequest('the algorithm of the certificate request is not accepted'),
  requestSha1: badRequest('the certificate request is signed with SHA-1'),
  requestWeakKey: badRequest('the key is too weak'),
  requestKeyKind: badRequest('the kind of key is not accepted'),
  requestSignature: badRequest('the certificate request is not signed by its key'),
  renewalMalformed: badRequest('the renewal could not be read'),
  renewalSignature: badRequest('the renewal is not signed by its certificate'),
  renewalForeign: notAllowed('the certificate is not ours', 'NotEligibleToRenew'),
  renewalExpired: notAllowed('the certificate has expired', 'NotEligibleToRenew'),
  renewalRevoked: notAllowed('the certificate was revoked', 'NotEligibleToRenew'),
  renewalDeviceGone: notAllowed('the device is not enrolled', 'NotEligibleToRenew'),

  tooBusy: notAllowed('too many requests, try again later', 'InMaintenance'),
  ourFault: {
    code: 'a:InternalServiceFault',
    message: 'internal error, see the trace id',
    terms: 'server_error',
  },
} satisfies Record<string, Told> & Record<EnrolmentTokenRefusal, Told>
export type Refusal = keyof typeof REFUSALS

const toldOf = (refusal: Refusal): Told => REFUSALS[refusal]

const STRANGERS_CODES: readonly FaultCode[] = [
  's:MessageFormat',
  'a:InvalidSecurity',
  's:Authentication',
]
const STRANGERS: readonly Refusal[] = [
  'tenantUnknown',
  'renewalMalformed',
  'renewalSignature',
  'renewalForeign',
]

/** Whether whoever was refused had proven nothing. */
export const isUnproven = (refusal: Refusal): boolean =>
  STRANGERS_CODES.includes(toldOf(refusal).code) || STRANGERS.includes(refusal)

export function faultOf(refusal: Refusal): Fault {
  const { code, type, message } = toldOf(refusal)
  return { code, type, message }
}

export const termsErrorOf = (refusal: Refusal): TermsError =>
  toldOf(refusal).terms ?? 'invalid_request'

/** What Windows shows: `0x80180013`. */
export const errorCodeOf = (refusal: Refusal): string => hresultOf(toldOf(refusal))

/** Every reason for which Windows shows this code: `0x80180013`. */
export const reasonsBehind = (errorCode: string): Refusal[] =>
  (Object.keys(REFUSALS) as Refusal[]).filter((refusal) => errorCodeOf(refusal) === errorCode) // the table's own keys

/** Ends a request with a refusal; whoever answers tells it in the protocol's words. */
export class Refused extends Error {
  readonly refusal: Refusal
  /** What was found, for the record; no tokens. */
  readonly facts: Readonly<Record<string, string | number | boolean>>

  constructor(refusal: Refusal, facts: Refused['facts'] = {}) {
    super(refusal)
    this.name = 'Refused'
    this.refusal = refusal
    this.facts = facts
  }
}
