import { z } from 'zod'
import { Role } from './permissions.ts'
import { Instant } from './values.ts'

// What somebody who is signed in sees and does about their own account.

/** A passkey of a local administrator. */
export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
})
export type Passkey = z.infer<typeof Passkey>

/** One's own account. `directory` is what Entra says about a synchronised person. */
export const MyAccount = z.object({
  kind: z.enum(['administrator', 'user']),
  id: z.string(),
  name: z.string(),
  roles: z.array(Role),
  directory: z
    .object({
      userPrincipalName: z.string(),
      mail: z.string().nullable(),
      department: z.string().nullable(),
      jobTitle: z.string().nullable(),
    })
    .nullable(),
  /** How a local administrator signs in; `null` for synchronised people, whose provider decides. */
  ways: z.object({ totp: z.boolean(), passkeys: z.array(Passkey) }).nullable(),
})
export type MyAccount = z.infer<typeof MyAccount>

/** How a session came about: with what its owner signed in. */
export const SignInWay = z.enum(['password', 'passkey', 'link', 'provider'])
export type SignInWay = z.infer<typeof SignInWay>

/** A session that is still good. */
export const SessionItem = z.object({
  id: z.string(),
  account: z.object({
    kind: z.enum(['administrator', 'user']),
    id: z.string(),
    name: z.string(),
  }),
  way: SignInWay,
  clientAddress: z.string(),
  /** As the browser called itself, shortened. */
  userAgent: z.string(),
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
  /** The one that asks. */
  isCurrent: z.boolean(),
})
export type SessionItem = z.infer<typeof SessionItem>

/** A TOTP secret that is not in force until a code of it was shown. Told once. */
export const TotpOffer = z.object({
  /** In base 32, to be typed. */
  secret: z.string(),
  /** `otpauth://totp/…`, to be drawn as a QR code. */
  uri: z.string(),
})
export const TotpCode = z.strictObject({ code: z.string().trim().min(6).max(20) })

/** WebAuthn's own JSON, made and read by the browser and its library; opaque in between. */
export const WebAuthnJson = z.record(z.string(), z.unknown())
export const PasskeyRegistration = z.strictObject({
  name: z.string().trim().min(1).max(100),
  response: WebAuthnJson,
})
export const PasskeyProof = z.strictObject({ response: WebAuthnJson })
