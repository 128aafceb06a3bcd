import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Where the connection's secret is sealed; `platform/secrets` behind it. */
export type SecretBox = {
  seal(tx: Db, organization: OrganizationId, purpose: string, value: string): Promise<string>
  open(db: Db, organization: OrganizationId, secretId: string, purpose: string): Promise<string>
  remove(tx: Db, organization: OrganizationId, secretId: string): Promise<void>
}

/** Bound into the seal: a secret moved to another use does not open. */
export const CREDENTIAL_PURPOSE = 'entra-client-credential'

/** The secret of a connection, opened, e.g. for a sign-in that uses the same registration. */
export function openCredential(
  db: Db,
  secrets: Pick<SecretBox, 'open'>,
  organization: OrganizationId,
  connection: { readonly secretId: string },
): Promise<string> {
  return secrets.open(db, organization, connection.secretId, CREDENTIAL_PURPOSE)
}
