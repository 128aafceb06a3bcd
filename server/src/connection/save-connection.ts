import type { ConnectionInput } from '@mooring/contract/connection'
import { clientId, type TenantId, tenantId } from '../entra/ids.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  lockConnection,
  removeFindings,
  type StoredConnection,
  saveConnection as store,
} from './connection-store.ts'
import { CREDENTIAL_PURPOSE, type SecretBox } from './secret-box.ts'

type Saving = {
  readonly organization: OrganizationId
  readonly input: ConnectionInput
  readonly by: string
  readonly now: Date
  /** The tenant whose people and groups the organization holds, if it holds any. */
  readonly synchronisedTenant: TenantId | undefined
  /** Whether a synchronisation is under way: it may read the tenant of before, and hold nothing of it yet. */
  readonly isSynchronising?: boolean
  /** Whether groups decide who is synchronised. */
  readonly isChosenByGroups?: boolean
}

/**
 * Saves a connection, new or in place of the present one. A new secret leaves everything
 * synchronised as it is; the secret before it is destroyed in the same transaction.
 *
 * @throws {ApiError} `tenantHasData`: the organization still holds another tenant's people or groups.
 *   `syncUnderWay`: it may be about to. `chosenByGroups`: people are chosen by groups, which a switch
 *   would no longer let be read. `credentialNeeded`: there is no credential to keep, or it belongs to another application.
 */
export async function saveConnection(
  tx: Db,
  secrets: SecretBox,
  saving: Saving,
): Promise<StoredConnection> {
  const { organization, input, by, now } = saving
  const before = await lockConnection(tx, organization)
  const ids = { tenantId: tenantId(input.tenantId), clientId: clientId(input.clientId) }
  if (saving.synchronisedTenant && saving.synchronisedTenant !== ids.tenantId) {
    throw new ApiError(409, 'tenantHasData', { values: { tenant: saving.synchronisedTenant } })
  }
  if (before && before.tenantId !== ids.tenantId && saving.isSynchronising) {
    throw new ApiError(409, 'syncUnderWay')
  }
  if (saving.isChosenByGroups && switchesOff(before, input)) {
    throw new ApiError(409, 'chosenByGroups')
  }
  const isSameApp = before?.tenantId === ids.tenantId && before.clientId === ids.clientId
  const credential = input.credential
    ? await sealCredential(tx, secrets, organization, input.credential, now)
    : isSameApp
      ? keptCredential(before)
      : undefined
  if (!credential) {
    throw new ApiError(422, 'credentialNeeded', {
      fields: [{ path: 'credential', message: 'credentialNeeded' }],
    })
  }
  const connection: StoredConnection = {
    ...ids,
    ...credential,
    syncUsers: input.syncUsers,
    syncGroups: input.syncGroups,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    updatedBy: by,
  }
  await store(tx, organization, connection)
  if (before && before.secretId !== connection.secretId) {
    await secrets.remove(tx, organization, before.secretId)
  }
  // Findings speak of the application and the credential they were made with.
  if (!isSameApp || input.credential) await removeFindings(tx, organization)
  return connection
}

/** Whether people or groups are off that were not, or would be from the beginning. */
function switchesOff(before: StoredConnection | undefined, after: ConnectionInput): boolean {
  const { syncUsers, syncGroups } = before ?? { syncUsers: true, syncGroups: true }
  return (syncUsers && !after.syncUsers) || (syncGroups && !after.syncGroups)
}

type CredentialPart = Pick<
  StoredConnection,
  'credentialKind' | 'secretId' | 'credentialHint' | 'credentialExpiresAt' | 'credentialSetAt'
>

async function sealCredential(
  tx: Db,
  secrets: SecretBox,
  organization: OrganizationId,
  input: NonNullable<ConnectionInput['credential']>,
  now: Date,
): Promise<CredentialPart> {
  return {
    credentialKind: input.kind,
    secretId: await secrets.seal(tx, organization, CREDENTIAL_PURPOSE, input.value),
    // A short secret would be given away by its last characters.
    credentialHint: input.value.length >= 12 ? input.value.slice(-4) : '',
    credentialExpiresAt: input.expiresAt ? new Date(input.expiresAt) : undefined,
    credentialSetAt: now,
  }
}

function keptCredential(before: StoredConnection): CredentialPart {
  const { credentialKind, secretId, credentialHint, credentialExpiresAt, credentialSetAt } = before
  return { credentialKind, secretId, credentialHint, credentialExpiresAt, credentialSetAt }
}
