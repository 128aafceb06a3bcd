import { loadHomeOrganization } from '../organizations/index.ts'
import type { AuditActor, AuditNote } from '../platform/audit-note.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Call } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Administrator } from './administrator.ts'

type Named = Pick<Administrator, 'organization' | 'id' | 'email'>
type Asks = { readonly isProviderOn: (db: Db, organization: OrganizationId) => Promise<boolean> }
type SignedIn = {
  readonly administrator: Pick<Administrator, 'organization' | 'role'>
  readonly way: 'password' | 'passkey'
}

/** A local owner who signs in though there is a provider breaks the glass: others should see it. */
export async function toSignInNote(
  { isProviderOn }: Asks,
  db: Db,
  { administrator: { organization, role }, way }: SignedIn,
): Promise<AuditNote> {
  const breakGlass = role === 'owner' && (await isProviderOn(db, organization))
  return { action: 'sign-in.succeeded', details: { way, ...(breakGlass ? { breakGlass } : {}) } }
}

/** How records name an administrator that something is done to. */
export const toObject = ({ id, email }: Pick<Named, 'id' | 'email'>) => ({
  kind: 'administrator',
  id,
  name: email,
})

const toActor = ({ id, email }: Named): AuditActor => ({ kind: 'administrator', id, name: email })

/** Records what an administrator does whom the request did not know before: it is just signing in. */
export async function auditAs(
  tx: Db,
  { audit }: Pick<Call, 'audit'>,
  { note, administrator }: { note: AuditNote; administrator: Named },
): Promise<void> {
  const { organization } = administrator
  await audit(tx, note, { organization, actor: toActor(administrator) })
}

/**
 * Records a sign-in that was refused: in the account's organization, or else in the home
 * organization. What was typed as a name is not kept where there is no such account: people type
 * passwords there.
 */
export async function auditRefusedSignIn(
  db: Database['db'],
  { auditRefusal }: Pick<Call, 'auditRefusal'>,
  { code, administrator }: { code: string; administrator?: Named | undefined },
): Promise<void> {
  const organization = administrator?.organization ?? (await loadHomeOrganization(db)).id
  await auditRefusal(
    {
      action: 'sign-in.refused',
      outcome: 'refused',
      details: { code },
      ...(administrator ? { object: toObject(administrator) } : {}),
    },
    { organization },
  )
}
