import { z } from 'zod'
import { Guid, Instant } from './values.ts'

/** The Graph application permissions that the connection stands on. */
export const NEEDED_PERMISSIONS = [
  'User.Read.All',
  'Group.Read.All',
  'Device.ReadWrite.All',
] as const
export type NeededPermission = (typeof NEEDED_PERMISSIONS)[number]

/** How this server proves to Entra who it is. The secret itself never comes back. */
export const Credential = z.object({
  kind: z.enum(['secret', 'certificate']),
  /** The last four characters of the secret. */
  hint: z.string(),
  expiresAt: Instant.nullable(),
  setAt: Instant,
})
export type Credential = z.infer<typeof Credential>

/** An organization's connection to its Entra tenant. */
export const Connection = z.object({
  tenantId: Guid,
  clientId: Guid,
  credential: Credential,
  syncUsers: z.boolean(),
  syncGroups: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
  updatedBy: z.string(),
})
export type Connection = z.infer<typeof Connection>

const GUID_ANY_CASE = /^\s*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\s*$/i

/** Whether a pasted secret is really the secret's ID: Entra shows both, and only the ID is a GUID. */
export const looksLikeSecretId = (text: string) => GUID_ANY_CASE.test(text)
/** Whether a text is a GUID, in any case and with blanks around it, as it comes from a copy. */
export const looksLikeGuid = (text: string) => GUID_ANY_CASE.test(text)

/** A GUID as it is pasted: blanks around it and upper case are forgiven. */
export const PastedGuid = z
  .string()
  .max(200)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().refine(looksLikeGuid, { error: 'notAGuid' }))

/**
 * The secret is kept to the byte: Entra's secrets contain `~`, `+`, `/`, `=`, `&` and `%`, and every
 * one of them means itself. Only white space around it, which a copy brings along, is refused.
 */
export const SecretValue = z
  .string()
  .min(1, 'secretEmpty')
  .max(1000, 'secretTooLong')
  .refine((text) => !looksLikeSecretId(text), { error: 'secretIsAnId' })
  .refine((text) => text === text.trim(), { error: 'secretHasBlanks' })

/**
 * Saves a connection. Without `credential` the present one is kept, which is allowed only while
 * `tenantId` and `clientId` stay the same.
 */
export const ConnectionInput = z.strictObject({
  tenantId: PastedGuid,
  clientId: PastedGuid,
  credential: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('secret'),
        value: SecretValue,
        expiresAt: z.union([z.iso.datetime(), z.iso.date()]).optional(),
      }),
    ])
    .optional(),
  syncUsers: z.boolean(),
  syncGroups: z.boolean(),
})
export type ConnectionInput = z.infer<typeof ConnectionInput>

export const ConnectionRemoval = z.object({
  /** The organization's slug, repeated as confirmation. */
  confirm: z.string(),
})

export const CheckState = z.enum(['passed', 'warning', 'failed', 'skipped'])
export type CheckState = z.infer<typeof CheckState>

/** One named check of the connection. Texts come in the language of the request. */
export const Check = z.object({
  /** e.g. `token`, `permission.User.Read.All`, `read.users`, `clock`. */
  id: z.string(),
  state: CheckState,
  title: z.string(),
  detail: z.string(),
  remedy: z.string().optional(),
  /** Ours or Microsoft's code for what was found: `AADSTS7000215`, `dnsFailed` … */
  code: z.string().optional(),
  microsoftTraceId: z.string().optional(),
})
export type Check = z.infer<typeof Check>

/** What the last connection check found, worst state first in `state`. */
export const CheckReport = z.object({
  state: z.enum(['ok', 'warning', 'failed']),
  checkedAt: Instant,
  /** The tenant's own name, where the permissions let us read it. */
  tenantName: z.string().optional(),
  checks: z.array(Check),
})
export type CheckReport = z.infer<typeof CheckReport>
