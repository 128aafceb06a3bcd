import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'

/** A device that may come in by digest, as far as its organization is concerned. */
export type DigestCandidate = {
  readonly organization: OrganizationId
  readonly deviceId: string
  /** Of what it was provisioned with, which is sealed. */
  readonly secretId: string
  /** How it proved itself last, and when, since it enrolled. */
  readonly lastProof: { readonly proof: string; readonly at: Date } | undefined
  readonly nonce: { readonly value: string; readonly at: Date } | undefined
  readonly failures: number
  readonly failuresSince: Date | undefined
}

/**
 * The enrolled device that calls itself by this name, where its organization lets devices in by digest; of
 * several the one that enrolled last, for that is whose secret the device has. Who asks has proven nothing yet.
 */
export async function findDigestCandidate(
  db: Db,
  source: string,
): Promise<DigestCandidate | undefined> {
  const row = await acrossOrganizations<Schema>(db)
    .selectFrom('devices as d')
    .innerJoin('session_settings as o', 'o.organization_id', 'd.organization_id')
    .leftJoin('device_standings as s', (join) =>
      join.onRef('s.organization_id', '=', 'd.organization_id').onRef('s.device_id', '=', 'd.id'),
    )
    .leftJoin('device_digests as n', (join) =>
      join.onRef('n.organization_id', '=', 'd.organization_id').onRef('n.device_id', '=', 'd.id'),
    )
    .select([
      'd.organization_id',
      'd.id',
      'd.secret_id',
      'd.enrolled_at',
      's.proof',
      's.heard_at',
      'n.nonce',
      'n.nonce_at',
      'n.failures',
      'n.failures_since',
    ])
    .where((is) => is(is.fn<string>('lower', ['d.mdm_device_id']), '=', source.toLowerCase()))
    .where('d.state', '=', 'enrolled')
    .where('o.digest_at', 'is not', null)
    .orderBy('d.enrolled_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row || row.secret_id === null) return undefined
  const isOfThisTime = row.heard_at !== null && row.heard_at >= row.enrolled_at
  return {
    organization: row.organization_id,
    deviceId: row.id,
    secretId: row.secret_id,
    lastProof:
      isOfThisTime && row.heard_at && row.proof
        ? { proof: row.proof, at: row.heard_at }
        : undefined,
    // One from before it enrolled anew is as good as any: it was not used, and counts once.
    nonce: row.nonce !== null && row.nonce_at ? { value: row.nonce, at: row.nonce_at } : undefined,
    failures: row.failures ?? 0,
    failuresSince: row.failures_since ?? undefined,
  }
}

type Of = Pick<DigestCandidate, 'organization' | 'deviceId'>

/** From now on, this is the nonce to use. */
export async function saveNonce(
  db: Db,
  { organization, deviceId }: Of,
  { nonce, at }: { readonly nonce: string; readonly at: Date },
): Promise<void> {
  const fresh = { nonce, nonce_at: at }
  await db
    .insertInto('device_digests')
    .values({ organization_id: organization, device_id: deviceId, ...fresh })
    .onConflict((conflict) => conflict.columns(['organization_id', 'device_id']).doUpdateSet(fresh))
    .execute()
}

/**
 * Puts a new nonce in the place of one that was used.
 *
 * @returns false where somebody else has used it, a moment ago.
 */
export async function spendNonce(
  db: Db,
  { organization, deviceId }: Of,
  change: { readonly used: string; readonly next: string; readonly at: Date },
): Promise<boolean> {
  const spent = await db
    .updateTable('device_digests')
    .set({ nonce: change.next, nonce_at: change.at, failures: 0, failures_since: null })
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .where('nonce', '=', change.used)
    .returning('device_id')
    .executeTakeFirst()
  return spent !== undefined
}

/** One more that was wrong; another nonce is to be used. */
export async function countFailure(
  db: Db,
  { organization, deviceId }: Of,
  change: { readonly next: string; readonly at: Date; readonly isFirst: boolean },
): Promise<void> {
  await db
    .updateTable('device_digests')
    .set((set) => ({
      nonce: change.next,
      nonce_at: change.at,
      ...(change.isFirst
        ? { failures: 1, failures_since: change.at }
        : { failures: set('failures', '+', 1) }),
    }))
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .execute()
}
