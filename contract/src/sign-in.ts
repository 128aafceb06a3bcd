import { z } from 'zod'
import { Role } from './permissions.ts'
import { Instant, Slug } from './values.ts'

/** At most 200 characters: argon2id hashes what it is given, and nobody types more. */
const Password = z.string().min(1).max(200)
/** Length is what counts (NIST SP 800-63B-4): at least 12 characters, no rules about their kind. */
export const NewPassword = z.string().min(12).max(200)
const Email = z.email().max(254)

/** Whose session it is: a local administrator, or a synchronised person. */
export const Account = z.object({
  kind: z.enum(['administrator', 'user']),
  /** `adm_…` or `usr_…`. */
  id: z.string(),
  /** A mail address, or a person's name. */
  name: z.string(),
  organization: Slug,
})

/** Who is signed in, as the portal needs to know it. */
export const Session = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signedOut') }),
  z.object({
    kind: z.literal('signedIn'),
    account: Account,
    /** Every role held, strongest first. Empty: somebody who sees only what is their own. */
    roles: z.array(Role),
    /** To be sent back as `x-csrf-token` with everything that changes something. */
    csrfToken: z.string(),
    permissions: z.array(z.string()),
    organizations: z.array(z.object({ slug: Slug, name: z.string() })),
    expiresAt: Instant,
  }),
])
export type Session = z.infer<typeof Session>

export const Credentials = z.strictObject({
  email: z.string().max(254),
  password: Password,
  /** Of the authenticator app, where the account has one. */
  code: z.string().max(20).optional(),
})
/** Where to go next to end the provider's session as well; `null`: nowhere. */
export const SignedOut = z.object({ redirectTo: z.url().nullable() })

/** What a one-time link to set a password is good for. */
export const PasswordLink = z.object({ email: z.string(), expiresAt: Instant })
export type PasswordLink = z.infer<typeof PasswordLink>
export const PasswordChoice = z.strictObject({
  token: z.string().min(1).max(200),
  password: NewPassword,
})

/** A local administrator. `invited` until the one-time link has been used. */
export const Administrator = z.object({
  id: z.string(),
  email: z.string(),
  role: Role,
  state: z.enum(['invited', 'active']),
  /** What the account shows besides its password. */
  secondFactors: z.array(z.enum(['totp', 'passkey'])),
  createdAt: Instant,
  lastSignInAt: Instant.nullable(),
})
export type Administrator = z.infer<typeof Administrator>
export const NewAdministrator = z.strictObject({ email: Email, role: Role })
export const AdministratorPatch = z.strictObject({ role: Role })
/** `passwordLink` is shown only here, and is good once, for 72 hours. */
export const CreatedAdministrator = Administrator.extend({ passwordLink: z.url() })

/** An API token as it is listed. The token itself is shown once, when it is made. */
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  /** The last four characters. */
  hint: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
})
export type ApiToken = z.infer<typeof ApiToken>
export const NewApiToken = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: Role,
  expiresInDays: z.number().int().min(1).max(3650).optional(),
})
export const CreatedApiToken = ApiToken.extend({ token: z.string() })
export type CreatedApiToken = z.infer<typeof CreatedApiToken>
