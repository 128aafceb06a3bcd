import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
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

/** The device, its session and what waits for it, in one statement. */
export async function findStanding(
  db: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<Standing | undefined> {
  const row = await db
    .selectFrom('devices as d')
    .leftJoin('device_standings as s', (join) =>
      join.onRef('s.organization_id', '=', 'd.organization_id').onRef('s.device_id', '=', 'd.id'),
    )
    .select((is) => [
      'd.id',
      'd.name',
      'd.mdm_device_id',
      'd.state',
      'd.enrolled_at',
      's.session',
      's.heard_digest',
      's.reply',
      's.heard_at',
      's.greeting_digest',
      's.read_at',
      's.due_at',
      is
        .selectFrom((from) =>
          from
            .selectFrom('device_commands')
            .select(['id', 'steps', 'needs_user', 'batch_id', 'number'])
            .where('organization_id', '=', organization)
            .where('device_id', '=', deviceId)
            .where('state', '=', 'queued')
            .where((where) =>
              where.or([where('not_before', 'is', null), where('not_before', '<=', now)]),
            )
            .where('expires_at', '>', now)
            .orderBy('number')
            .limit(COMMANDS_AT_ONCE)
            .as('c'),
        )
        .select(sql<unknown>`jsonb_agg(to_jsonb(c) order by c.number)`.as('commands'))
        .as('commands'),
    ])
    .where('d.organization_id', '=', organization)
    .where('d.id', '=', deviceId)
    .executeTakeFirst()
  if (!row) return undefined
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
    commands: Pending.parse(row.commands ?? []).map(
      ({ id, steps, needs_user: needsUser, batch_id: wipe }) => ({
        id,
        needsUser,
        wipe: wipe ?? undefined,
        steps: steps as CommandStep[], // written by addCommand only
      }),
    ),
  }
}

/** Holds a device's session until the transaction ends: two messages of one device take turns. */
export async function holdStanding(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<Record<string, Fact>> {
  await tx
    .insertInto('device_standings')
    .values({
      organization_id: organization,
      device_id: deviceId,
      facts: '{}',
      read_at: '{}',
      due_at: now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'device_id']).doNothing())
    .execute()
  const { facts } = await tx
    .selectFrom('device_standings')
    .select('facts')
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return Facts.parse(facts)
}

export type StandingChange = {
  readonly session: SessionState | undefined
  readonly heardDigest: string
  readonly reply: string
  readonly greetingDigest: string | null
  readonly facts: Readonly<Record<string, Fact>>
  readonly readAt: z.infer<typeof ReadTimes>
  readonly dueAt: Date
  readonly proof: string
  readonly now: Date
}

export async function saveStanding(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  change: StandingChange,
): Promise<void> {
  await tx
    .updateTable('device_standings')
    .set({
      session: change.session ? JSON.stringify(change.session) : null,
      heard_digest: change.heardDigest,
      reply: change.reply,
      heard_at: change.now,
      greeting_digest: change.greetingDigest,
      facts: JSON.stringify(change.facts),
      read_at: JSON.stringify(change.readAt),
      due_at: change.dueAt,
      proof: change.proof,
    })
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .execute()
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
