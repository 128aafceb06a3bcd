import { CompiledQuery, type Selectable, sql } from 'kysely'
import { z } from 'zod'
import {
  fingerprintOf,
  type StoredCertificate,
  toStoredCertificate,
} from '../certificates/index.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_ONCE } from '../platform/planned-statements.ts'
import type { Schema } from '../platform/schema.ts'
import { type CommandStep, type PendingCommand, SessionState } from './session-state.ts'

/** A value as a device last told it. `since` is when it began to be so, in milliseconds. */
export const Fact = z.object({
  value: z.string().optional(),
  format: z.string().optional(),
  code: z.number(),
  since: z.number(),
})
export type Fact = z.infer<typeof Fact>
const Facts = z.record(z.string(), Fact)
const ReadTimes = z.object({
  hourly: z.number().optional(),
  daily: z.number().optional(),
  weekly: z.number().optional(),
})

/** How a device stands, as one read finds it. */
export type Standing = {
  readonly deviceId: string
  readonly deviceName: string
  /** What its sessions call themselves. */
  readonly mdmDeviceId: string
  readonly state: 'enrolled' | 'unenrolled' | 'wiped'
  readonly enrolledAt: Date
  /** Since it enrolled, it has not been here: nothing that was known of its sessions holds. */
  readonly isNew: boolean
  readonly session: SessionState | undefined
  readonly heardDigest: string | null
  readonly reply: string | null
  readonly heardAt: Date | null
  readonly greetingDigest: string | null
  readonly readAt: z.infer<typeof ReadTimes>
  readonly dueAt: Date | null
  readonly commands: readonly PendingCommand[]
}

/** As many as a session is given at once; more follow in the next message. */
const COMMANDS_AT_ONCE = 50

const Pending = z.array(
  z.object({
    id: z.string(),
    steps: z.array(z.unknown()),
    needs_user: z.boolean(),
    batch_id: z.string().nullable(),
  }),
)

const UNKNOWN = {
  session: null,
  heard_digest: null,
  reply: null,
  heard_at: null,
  greeting_digest: null,
  read_at: null,
  due_at: null,
}

/** What waits for a device, as its row `d` and the instant have it. */
const WAITING = `(
  select jsonb_agg(to_jsonb(c) order by c.number)
  from (
    select id, steps, needs_user, batch_id, number
    from device_commands
    where organization_id = d.organization_id and device_id = d.id and state = 'queued'
      and (not_before is null or not_before <= $1) and expires_at > $1
    order by number
    limit ${COMMANDS_AT_ONCE}
  ) c
)`
const COLUMNS = `d.id, d.name, d.mdm_device_id, d.state, d.enrolled_at, s.session, s.heard_digest,
  s.reply, s.heard_at, s.greeting_digest, s.read_at, s.due_at, ${WAITING} as commands`

// Written out and not built: what every check-in asks is the same text each time.
const BY_DEVICE = `
  select ${COLUMNS}
  from devices d
  left join device_standings s on s.organization_id = d.organization_id and s.device_id = d.id
  where d.organization_id = $2 and d.id = $3`
const BY_CERTIFICATE = `
  select ${COLUMNS}, c.organization_id as certificate_organization, c.id as certificate_id,
    c.authority_id, c.device_id, c.serial_number, c.thumbprint, c.not_before, c.not_after,
    c.issued_at, c.first_used_at, c.revoked_at, c.revocation_reason, c.replaced_by
  from certificates c
  left join devices d on d.organization_id = c.organization_id and d.id = c.device_id
  left join device_standings s on s.organization_id = d.organization_id and s.device_id = d.id
  where c.fingerprint = $2`
/** What was read may be a moment old where somebody else held the device, but for the session itself. */
const HELD = `${PLANNED_ONCE}
  select ${COLUMNS}, s.facts
  from devices d
  join device_standings s on s.organization_id = d.organization_id and s.device_id = d.id
  where d.organization_id = $2 and d.id = $3
  for update of s`

type Row = Pick<
  Selectable<Schema['devices']>,
  'id' | 'name' | 'mdm_device_id' | 'state' | 'enrolled_at'
> &
  Pick<
    Selectable<Schema['device_standings']>,
    'session' | 'heard_digest' | 'reply' | 'heard_at' | 'greeting_digest' | 'read_at'
  > & { readonly due_at: Date | null; readonly commands: unknown }
type CertificateRow = Omit<
  Selectable<Schema['certificates']>,
  'organization_id' | 'id' | 'certificate' | 'fingerprint'
> & {
  readonly certificate_organization: OrganizationId
  readonly certificate_id: string
}

const ask = async <R>(db: Db, text: string, values: readonly unknown[]): Promise<R | undefined> =>
  (await db.executeQuery<R>(CompiledQuery.raw(text, [...values]))).rows[0]

/** The device, its session and what waits for it, in one statement. */
export async function findStanding(
  db: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<Standing | undefined> {
  const row = await ask<Row>(db, BY_DEVICE, [now, organization, deviceId])
  return row && toStanding(row)
}

/**
 * Whose certificate it is, and all of the above, in one statement of index reads: a device that comes while
 * nothing waits for it costs this and nothing more.
 *
 * @param der as it was shown.
 */
export async function findVisit(
  db: Db,
  der: Uint8Array,
  now: Date,
): Promise<
  { readonly certificate: StoredCertificate; readonly standing: Standing | undefined } | undefined
> {
  const fingerprint = fingerprintOf(der)
  // Only the certificate tells which organization it is of; everything else is joined to it by that.
  const row = await ask<CertificateRow & Row>(db, BY_CERTIFICATE, [now, fingerprint])
  if (!row) return undefined
  const { certificate_organization: organization_id, certificate_id } = row
  const certificate = toStoredCertificate({
    ...row,
    organization_id,
    id: certificate_id,
    fingerprint,
    certificate: der,
  })
  return { certificate, standing: row.id === null ? undefined : toStanding(row) }
}

function toStanding(row: Row): Standing {
  const isNew = row.heard_at === null || row.heard_at < row.enrolled_at
  const known = isNew ? UNKNOWN : row
  return {
    deviceId: row.id,
    deviceName: row.name,
    mdmDeviceId: row.mdm_device_id,
    state: row.state,
    enrolledAt: row.enrolled_at,
    isNew,
    session: known.session === null ? undefined : SessionState.parse(known.session),
    heardDigest: known.heard_digest,
    reply: known.reply,
    heardAt: known.heard_at,
    greetingDigest: known.greeting_digest,
    readAt: ReadTimes.parse(known.read_at ?? {}),
    dueAt: known.due_at,
    commands:
      row.commands === null
        ? []
        : Pending.parse(row.commands).map(
            ({ id, steps, needs_user: needsUser, batch_id: wipe }) => ({
              id,
              needsUser,
              wipe: wipe ?? undefined,
              steps: steps as CommandStep[], // written by addCommand only
            }),
          ),
  }
}

/**
 * Holds a device's session until the transaction ends: two messages of one device take turns.
 *
 * By a statement whose plan may get lost.
 *
 * @returns how it stands, and what it has told. What waits for it is held by `holdCommands`.
 */
export async function holdStanding(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<
  { readonly standing: Standing; readonly facts: Readonly<Record<string, Fact>> } | undefined
> {
  const find = () => ask<Row & { facts: unknown }>(tx, HELD, [now, organization, deviceId])
  const row =
    (await find()) ?? ((await begin(tx, organization, deviceId, now)) ? await find() : undefined)
  return row && { standing: toStanding(row), facts: Facts.parse(row.facts) }
}

/** A device comes for the first time. @returns whether there is such a device */
async function begin(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    insert into device_standings (organization_id, device_id, facts, read_at, due_at)
    select organization_id, id, '{}', '{}', ${now} from devices
    where organization_id = ${organization} and id = ${deviceId}
    on conflict (organization_id, device_id) do update set due_at = device_standings.due_at
    returning 1`.execute(tx)
  return rows.length > 0
}

/** What a device last told of itself, by node. */
export async function findFacts(
  db: Db,
  organization: OrganizationId,
  deviceId: string,
): Promise<Readonly<Record<string, Fact>>> {
  const row = await db
    .selectFrom('device_standings')
    .select('facts')
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  return Facts.parse(row?.facts ?? {})
}

/** Has everything of a device read anew when it comes next. */
export async function readAnew(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('device_standings')
    .set({ read_at: '{}', due_at: now })
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .execute()
}
