import type { Permission } from '@mooring/contract/permissions'
import type { ProviderInput } from '@mooring/contract/single-sign-on'
import { findConnection } from '../connection/index.ts'
import { ApiError } from '../platform/api-error.ts'
import { type AuditNote, compareFields, SECRET } from '../platform/audit-note.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import { checkStrength, listGivenRoles } from '../roles/index.ts'
import { removeProvidersSessions } from '../sign-in/index.ts'
import { checkUrls } from './check-urls.ts'
import {
  FROM_CONNECTION,
  type ProviderSettings,
  SIGN_IN_SECRET_PURPOSE,
  type StoredProvider,
} from './provider.ts'
import { isSameRegistration, meansTheSame } from './provider-identity.ts'
import { lockProvider, saveProvider as store } from './providers-store.ts'

type Saving = {
  readonly organization: OrganizationId
  readonly input: ProviderInput
  readonly by: string
  /** What whoever saves may do. */
  readonly permissions: ReadonlySet<Permission>
  readonly now: Date
  readonly publicUrl: URL
}

/**
 * Saves how people sign in. A new secret takes the place of the one before, which is destroyed in the same
 * transaction; without one, the one that is kept stays, as long as it is the same registration.
 *
 * @returns what was saved, and the record of it.
 * @throws {ApiError} `connectionNeeded`: Entra without a connection. `secretNeeded`: a registration of its
 *   own without a secret. `validationFailed` with fields: an address that is not allowed. `roleTooStrong`:
 *   another provider, where somebody holds a role that whoever saves could not give.
 */
export async function saveProvider(
  tx: Db,
  secrets: Secrets,
  saving: Saving,
): Promise<{ provider: StoredProvider; note: AuditNote }> {
  const { organization, input, by, now, publicUrl } = saving
  checkUrls(input, publicUrl)
  const before = await lockProvider(tx, organization)
  if (input.kind === 'entra' && !(await findConnection(tx, organization))) {
    throw new ApiError(409, 'connectionNeeded')
  }
  const { settings, secret: given } = splitSecret(input)
  await checkMeaning(tx, saving, { before: before?.settings ?? FROM_CONNECTION, settings })
  const isSame = before !== undefined && isSameRegistration(before.settings, settings)
  const kept = isSame && hasOwnSecret(settings) ? before?.secret : undefined
  const secret = given
    ? {
        id: await secrets.seal(tx, organization, SIGN_IN_SECRET_PURPOSE, given),
        // A short secret would be given away by its last characters.
        hint: given.length >= 12 ? given.slice(-4) : '',
        setAt: now,
      }
    : kept
  if (!secret && settings.kind === 'entra' && hasOwnSecret(settings)) {
    throw new ApiError(422, 'secretNeeded', {
      fields: [{ path: 'registration.clientSecret', message: 'secretNeeded' }],
    })
  }
  const provider: StoredProvider = { settings, secret, savedAt: now, savedBy: by }
  await store(tx, organization, provider)
  if (before?.secret && before.secret.id !== secret?.id) {
    await secrets.remove(tx, organization, before.secret.id)
  }
  const ended = await endSessions(tx, organization, { before: before?.settings, settings })
  const changes = compareFields(before?.settings, settings)
  const secretChange = {
    field: 'clientSecret',
    before: before?.secret ? SECRET : null,
    after: SECRET,
  }
  const note: AuditNote = {
    action: 'provider.saved',
    object: { kind: 'provider', name: settings.label },
    changes: given ? [...changes, secretChange] : changes,
    ...(ended === undefined ? {} : { details: { sessionsEnded: ended } }),
  }
  return { provider, note }
}

/**
 * Whoever decides which provider's word counts can be anybody who comes in by it: that takes as much as
 * giving each role that people hold.
 */
async function checkMeaning(
  tx: Db,
  { organization, permissions }: Saving,
  { before, settings }: { readonly before: ProviderSettings; readonly settings: ProviderSettings },
): Promise<void> {
  if (meansTheSame(before, settings)) return
  for (const role of await listGivenRoles(tx, organization)) checkStrength(permissions, role)
}

/**
 * Whom a provider let in stays no longer than its word counts.
 *
 * @returns how many sessions ended; `undefined` when the provider goes on.
 */
async function endSessions(
  tx: Db,
  organization: OrganizationId,
  { before, settings }: { before: ProviderSettings | undefined; settings: ProviderSettings },
): Promise<number | undefined> {
  if (!before?.enabled) return undefined
  const goesOn =
    settings.enabled && isSameRegistration(before, settings) && meansTheSame(before, settings)
  return goesOn ? undefined : await removeProvidersSessions(tx, organization)
}

function splitSecret(input: ProviderInput): { settings: ProviderSettings; secret?: string } {
  if (input.kind === 'openid') {
    const { clientSecret: secret, ...settings } = input
    return { settings, ...(secret === undefined ? {} : { secret }) }
  }
  const { registration } = input
  if (registration.kind === 'connection') return { settings: { ...input, registration } }
  const { clientSecret: secret, ...own } = registration
  const settings = { ...input, registration: { ...own, clientId: own.clientId.toLowerCase() } }
  return { settings, ...(secret === undefined ? {} : { secret }) }
}

const hasOwnSecret = (settings: ProviderSettings) =>
  settings.kind === 'openid' || settings.registration.kind === 'own'
