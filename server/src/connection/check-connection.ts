import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { ConnectionClients } from './connection-clients.ts'
import { saveFindings } from './connection-store.ts'
import type { Findings } from './finding.ts'
import { judgeConnection } from './judge-connection.ts'
import { observeConnection } from './observe-connection.ts'

export type CheckParts = {
  readonly db: Db
  readonly clients: ConnectionClients
  readonly clock: Clock
  readonly publicUrl: URL
}

/**
 * Tries the connection out, past the token cache, and keeps what it found.
 *
 * @returns `undefined` when the organization has no connection.
 */
export async function checkConnection(
  parts: CheckParts,
  organization: OrganizationId,
): Promise<Findings | undefined> {
  const client = await parts.clients.find(organization)
  if (!client) return undefined
  const observed = await observeConnection(client)
  const now = parts.clock.now()
  const found: Findings = {
    checkedAt: now,
    tenantName: observed.tenantName,
    findings: judgeConnection(observed, {
      now,
      publicUrl: parts.publicUrl,
      credentialExpiresAt: client.connection.credentialExpiresAt,
    }),
  }
  await saveFindings(parts.db, organization, found)
  return found
}
