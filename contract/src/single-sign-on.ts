import { z } from 'zod'
import { PastedGuid, SecretValue } from './connection.ts'
import { Role } from './permissions.ts'
import { Trouble } from './problem.ts'
import { Guid, Instant, Slug } from './values.ts'

const Label = z.string().trim().min(1).max(60)
/** What a Conditional Access authentication context is called: `c1`. No upper limit is known. */
const AuthenticationContext = z.string().regex(/^c[1-9][0-9]{0,2}$/, 'authenticationContextWrong')
const HttpsUrl = z.url({ protocol: /^https?$/ }).max(500)

const Common = {
  enabled: z.boolean(),
  /** What the button says after "Sign in with". */
  label: Label,
  /** Whether somebody who is not synchronised may come in and is created. */
  createUnknownUsers: z.boolean(),
}

/** Entra ID. `connection`: one registration serves synchronisation, Windows and sign-in. */
const EntraProvider = z.strictObject({
  ...Common,
  kind: z.literal('entra'),
  registration: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('connection') }),
    z.strictObject({
      kind: z.literal('own'),
      clientId: PastedGuid,
      /** Absent: the one that is kept stays. */
      clientSecret: SecretValue.optional(),
    }),
  ]),
  /** Asked for by a step-up; `null`: a fresh sign-in (`prompt=login`). */
  stepUpContext: AuthenticationContext.nullable(),
})

/** Any other OpenID provider. */
const OpenIdProvider = z.strictObject({
  ...Common,
  kind: z.literal('openid'),
  clientId: z.string().trim().min(1).max(200),
  clientSecret: z.string().min(1).max(1000).optional(),
  endpoints: z.discriminatedUnion('kind', [
    /** The issuer, or its discovery document. */
    z.strictObject({ kind: z.literal('discovery'), url: HttpsUrl }),
    z.strictObject({
      kind: z.literal('manual'),
      issuer: HttpsUrl,
      authorizationUrl: HttpsUrl,
      tokenUrl: HttpsUrl,
      jwksUrl: HttpsUrl,
      endSessionUrl: HttpsUrl.nullable(),
    }),
  ]),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
    .min(1)
    .max(20),
  /**
   * Which claim of theirs names whom of ours, at the first sign-in; from then on the provider's
   * subject counts. Mail addresses are no choice: they change hands.
   */
  userNameAttribute: z.strictObject({
    claim: z.string().trim().min(1).max(100),
    field: z.enum(['userPrincipalName', 'employeeId', 'entraId']),
  }),
})

/** How people of an organization sign in. */
export const ProviderInput = z.discriminatedUnion('kind', [EntraProvider, OpenIdProvider])
export type ProviderInput = z.infer<typeof ProviderInput>

/** The same as it is kept, with what has to be carried over to the other side. */
export const Provider = z.object({
  /** Absent: nothing was saved yet; `settings` is then what "switch on" would save. */
  savedAt: Instant.nullable(),
  savedBy: z.string().nullable(),
  settings: z.discriminatedUnion('kind', [
    EntraProvider.extend({
      registration: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('connection') }),
        z.object({ kind: z.literal('own'), clientId: Guid }),
      ]),
    }),
    OpenIdProvider.omit({ clientSecret: true }),
  ]),
  /** The secret of a registration of its own. */
  secret: z.object({ hint: z.string(), setAt: Instant }).nullable(),
  /** From the connection; `null` while there is none. */
  tenantId: Guid.nullable(),
  clientId: z.string().nullable(),
  /** To be entered at the provider. */
  redirectUri: z.string(),
  frontChannelLogoutUrl: z.string(),
  /** The address of the organization's sign-in page. */
  signInUrl: z.string(),
})
export type Provider = z.infer<typeof Provider>

/** What the sign-in page of an organization offers. */
export const SignInOptions = z.object({
  organization: z.object({ slug: Slug, name: z.string() }),
  provider: z.object({ kind: z.enum(['entra', 'openid']), label: z.string() }).nullable(),
})
export type SignInOptions = z.infer<typeof SignInOptions>

export const SignInStart = z.strictObject({
  organization: Slug,
  /** Where to go afterwards: a path of the portal. */
  returnTo: z.string().max(2000).optional(),
  /** Ask for the account even if the provider knows one. */
  chooseAccount: z.boolean().default(false),
})
export type SignInStart = z.infer<typeof SignInStart>
export const SignInRedirect = z.object({ attempt: z.string(), redirectTo: z.url() })

/** What became of a sign-in, for the page that people land on. */
export const SignInAttempt = z.object({
  state: z.enum(['open', 'succeeded', 'refused', 'expired']),
  organization: Slug,
  purpose: z.enum(['signIn', 'test', 'stepUp']),
  trouble: Trouble.extend({
    correlationId: z.string().optional(),
    /** Whether trying again can help; never tried by itself. */
    canRetry: z.boolean(),
    /** Whether another account should be offered. */
    chooseAccount: z.boolean(),
  }).nullable(),
})
export type SignInAttempt = z.infer<typeof SignInAttempt>

const CheckItem = z.object({
  id: z.string(),
  state: z.enum(['passed', 'warning', 'failed', 'skipped']),
  title: z.string(),
  detail: z.string(),
  remedy: z.string().optional(),
  code: z.string().optional(),
  microsoftTraceId: z.string().optional(),
})
/** What a check of the provider found, shaped like the connection's. */
export const ProviderReport = z.object({
  state: z.enum(['ok', 'warning', 'failed']),
  checkedAt: Instant,
  checks: z.array(CheckItem),
})
export type ProviderReport = z.infer<typeof ProviderReport>

/** What a sign-in test showed. Nobody is signed in by it. */
export const SignInTest = z.object({
  attempt: SignInAttempt,
  /** Each check of the return, in order; those after a failed one are skipped. */
  checks: z.array(CheckItem),
  /** The claims of the ID token; `null` when none came. */
  claims: z.record(z.string(), z.unknown()).nullable(),
  /** The account it would be, or how it would be created. */
  account: z
    .object({
      kind: z.enum(['found', 'wouldBeCreated', 'none']),
      id: z.string().nullable(),
      name: z.string().nullable(),
      roles: z.array(Role),
    })
    .nullable(),
})
export type SignInTest = z.infer<typeof SignInTest>
