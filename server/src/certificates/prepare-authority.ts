import type { AuditNote } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  activate,
  addAuthority,
  findAuthority,
  findOrganizationName,
  lockAuthorities,
  retireActive,
} from './authorities-store.ts'
import { isRollOverDue, type MadeAuthority, type StoredAuthority } from './authority.ts'
import type { AuthorityKeys } from './authority-keys.ts'
import { findStanding, type Standing } from './issue-certificate.ts'
import { makeAuthority } from './make-authority.ts'
import { findCertificateSettings } from './settings-store.ts'

export type AuthorityParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly keys: AuthorityKeys
}
/** Writes what was done into the organization's record, within the transaction that does it. */
export type RecordNote = (tx: Db, note: AuditNote) => Promise<void>

/**
 * Sees to it that the organization has an authority that can issue: makes the first one, and the next
 * one when what is issued now would outlive the present one. Only where `isAuthorityNeeded`.
 *
 * Many processes may do so at once; one of them wins. Not within a transaction: keys take a while.
 */
export async function prepareAuthority(
  parts: AuthorityParts,
  organization: OrganizationId,
  record: RecordNote,
): Promise<void> {
  const next = await findAuthority(parts.db, organization, 'next')
  const made = next ? undefined : await makeOwn(parts, organization)
  await parts.db.transaction().execute(async (tx) => {
    await lockAuthorities(tx, organization)
    // Somebody else was faster.
    if (!isAuthorityNeeded(await findStanding(tx, organization), parts.clock.now())) return
    await switchTo(tx, parts, organization, { made, record })
  })
}

/** Whether there is none that can issue, or what it issues now would outlive it. */
export function isAuthorityNeeded({ authority, settings }: Standing, now: Date): boolean {
  if (!authority) return true
  // Whoever brought an authority of their own decides what comes after it.
  if (authority.source === 'imported') return false
  return isRollOverDue(authority, settings, now)
}

export type RollOver = 'prepared' | 'switched' | 'nextExists'

/**
 * Makes the next authority without using it yet, so that proxies can be told of it beforehand; or
 * lets it issue from now on, making it if nobody did. Certificates of the present one stay valid.
 */
export async function rollOver(
  parts: AuthorityParts,
  organization: OrganizationId,
  { step, record }: { readonly step: 'prepare' | 'switch'; readonly record: RecordNote },
): Promise<RollOver> {
  const next = await findAuthority(parts.db, organization, 'next')
  if (next && step === 'prepare') return 'nextExists'
  const made = next ? undefined : await makeOwn(parts, organization)
  return await parts.db.transaction().execute(async (tx) => {
    await lockAuthorities(tx, organization)
    if (step === 'switch') {
      await switchTo(tx, parts, organization, { made, record })
      return 'switched'
    }
    return (await addNext(tx, parts, organization, { made, record })) ? 'prepared' : 'nextExists'
  })
}

/**
 * Keeps an authority that somebody brought. It issues at once when there is none, and otherwise
 * waits to be switched to.
 *
 * @returns false when another one waits already.
 */
export async function addImported(
  parts: AuthorityParts,
  organization: OrganizationId,
  { made, record }: { readonly made: MadeAuthority; readonly record: RecordNote },
): Promise<boolean> {
  return await parts.db.transaction().execute(async (tx) => {
    await lockAuthorities(tx, organization)
    if (await findAuthority(tx, organization, 'active')) {
      return await addNext(tx, parts, organization, { made, record })
    }
    await switchTo(tx, parts, organization, { made, record })
    return true
  })
}

type Adding = { readonly made: MadeAuthority | undefined; readonly record: RecordNote }

async function addNext(
  tx: Db,
  parts: AuthorityParts,
  organization: OrganizationId,
  { made, record }: Adding,
): Promise<boolean> {
  if (!made || (await findAuthority(tx, organization, 'next'))) return false
  await add(tx, parts, organization, { made, state: 'next' })
  await record(tx, toNote('authority.prepared', made))
  return true
}

/** The next one, if there is one, otherwise this new one, is active from now on. */
async function switchTo(
  tx: Db,
  parts: AuthorityParts,
  organization: OrganizationId,
  { made, record }: Adding,
): Promise<void> {
  const now = parts.clock.now()
  const next = await findAuthority(tx, organization, 'next')
  const active = await findAuthority(tx, organization, 'active')
  const chosen = next ?? made
  // The next one that was there before the lock is gone only when somebody switched to it meanwhile.
  if (!chosen) return
  await retireActive(tx, organization, now)
  if (next) await activate(tx, organization, next.id, now)
  else if (made) await add(tx, parts, organization, { made, state: 'active' })
  const note = toNote('authority.switched', chosen)
  await record(tx, active ? { ...note, details: { ...note.details, before: active.id } } : note)
}

async function add(
  tx: Db,
  { keys, clock }: AuthorityParts,
  organization: OrganizationId,
  { made, state }: { readonly made: MadeAuthority; readonly state: 'next' | 'active' },
): Promise<void> {
  const secretId = await keys.seal(tx, organization, made)
  await addAuthority(tx, organization, { ...made, secretId }, { state, now: clock.now() })
}

async function makeOwn(
  { db, clock }: AuthorityParts,
  organization: OrganizationId,
): Promise<MadeAuthority> {
  const { algorithm } = await findCertificateSettings(db, organization)
  const organizationName = await findOrganizationName(db, organization)
  return await makeAuthority({ id: newId('cau'), algorithm, organizationName, now: clock.now() })
}

const toNote = (
  action: 'authority.prepared' | 'authority.switched',
  { id, subject, source, key, fingerprint, notAfter }: MadeAuthority | StoredAuthority,
): AuditNote => ({
  action,
  object: { kind: 'certificate-authority', id, name: subject },
  details: { source, key, fingerprint, endsAt: notAfter.toISOString() },
})
