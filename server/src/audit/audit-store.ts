import type { AuditExportQuery } from '@mooring/contract/audit'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_ONCE } from '../platform/planned-statements.ts'
import { type EventContent, hashEvent, type StoredEvent, writeAround } from './audit-event.ts'

/** Where an organization's chain ends, and where it begins. */
export type ChainHead = {
  /** The last event written; 0 and an empty hash before the first. */
  readonly number: number
  readonly hash: string
  /** The last event removed as too old; 0 and an empty hash while none was. */
  readonly anchorNumber: number
  readonly anchorHash: string
  readonly retentionDays: number
}

const NEW_HEAD: ChainHead = {
  number: 0,
  hash: '',
  anchorNumber: 0,
  anchorHash: '',
  retentionDays: 365,
}

type HeadRow = {
  number: number
  hash: string
  anchor_number: number
  anchor_hash: string
  retention_days: number
}

/** The chain's ends as they are now. */
export async function findHead(db: Db, organization: OrganizationId): Promise<ChainHead> {
  const { rows } = await sql<HeadRow>`
    select * from audit_heads where organization_id = ${organization}`.execute(db)
  return rows[0] ? toHead(rows[0]) : NEW_HEAD
}

/** The same, held until the transaction ends: whoever writes, writes alone. */
export async function lockHead(tx: Db, organization: OrganizationId): Promise<ChainHead> {
  // The organization first, as whoever deletes it does: they would otherwise wait for each other.
  const lock = sql<HeadRow>`
    select audit_heads.* from organizations
    join audit_heads on audit_heads.organization_id = organizations.id
    where organizations.id = ${organization}
    for key share of organizations for update of audit_heads`
  const { rows } = await lock.execute(tx)
  if (rows[0]) return toHead(rows[0])
  await sql`
    insert into audit_heads (organization_id) values (${organization})
    on conflict do nothing`.execute(tx)
  const again = await lock.execute(tx)
  return again.rows[0] ? toHead(again.rows[0]) : NEW_HEAD
}

const toHead = (row: HeadRow): ChainHead => ({
  number: Number(row.number),
  hash: row.hash,
  anchorNumber: Number(row.anchor_number),
  anchorHash: row.anchor_hash,
  retentionDays: row.retention_days,
})

/** Where an event came to stand. */
type EventPlace = Pick<StoredEvent, 'number' | 'previousHash' | 'hash'>

/**
 * Adds an event at the end of the chain, and holds the chain until the transaction ends. One statement:
 * the less time whoever writes has to himself, the more can write.
 */
export async function appendEvent(
  tx: Db,
  organization: OrganizationId,
  content: EventContent,
): Promise<EventPlace> {
  const append = toAppend(organization, content)
  const found = (await append.execute(tx)).rows[0] ?? (await beginChain())
  if (!found) throw new Error(`There is no organization ${organization}`)
  return { number: Number(found.number), previousHash: found.previous_hash, hash: found.hash }

  async function beginChain() {
    await lockHead(tx, organization)
    return (await append.execute(tx)).rows[0]
  }
}

/** The same for many, in their order: the chain is held while two statements run, however many they are. */
export async function appendEvents(
  tx: Db,
  organization: OrganizationId,
  contents: readonly EventContent[],
): Promise<void> {
  const head = await lockHead(tx, organization)
  let previous: EventPlace = { number: head.number, previousHash: '', hash: head.hash }
  const rows = contents.map((content) => {
    const place = { number: previous.number + 1, previousHash: previous.hash }
    previous = { ...place, hash: hashEvent(organization, place, content) }
    return toRow(content, previous)
  })
  await sql`${sql.raw(PLANNED_ONCE)}
    with added as (
      insert into audit_events (organization_id, ${COLUMNS})
      select ${organization}::text, ${COLUMNS}
      from jsonb_populate_recordset(null::audit_events, ${JSON.stringify(rows)}::jsonb))
    update audit_heads set number = ${previous.number}::bigint, hash = ${previous.hash}
    where organization_id = ${organization}`.execute(tx)
}

const toRow = (
  content: EventContent,
  place: EventPlace,
): Omit<EventRow, 'at'> & { at: string } => ({
  number: place.number,
  at: content.at.toISOString(),
  actor_kind: content.actor.kind,
  actor_id: content.actor.id,
  actor_name: content.actor.name,
  action: content.action,
  object_kind: content.object?.kind ?? null,
  object_id: content.object?.id ?? null,
  object_name: content.object?.name ?? null,
  outcome: content.outcome,
  changes: content.changes,
  details: content.details,
  client_address: content.clientAddress,
  request_id: content.requestId,
  user_agent: content.userAgent,
  previous_hash: place.previousHash,
  hash: place.hash,
})

function toAppend(organization: OrganizationId, content: EventContent) {
  const { actor, object } = content
  const [before, between, after] = writeAround(organization, content)
  // The organization first, as in `lockHead`. The hash is that of `hashEvent`.
  return sql<{ number: number; previous_hash: string; hash: string }>`${sql.raw(PLANNED_ONCE)}
    with head as (
      select audit_heads.organization_id, audit_heads.number, audit_heads.hash from organizations
      join audit_heads on audit_heads.organization_id = organizations.id
      where organizations.id = ${organization}
      for key share of organizations for update of audit_heads
    ), next as materialized (
      select organization_id, number + 1 as number, hash as previous_hash,
        encode(sha256(convert_to(${before}::text || (number + 1)::text || ${between}::text
          || to_json(hash)::text || ${after}::text, 'UTF8')), 'hex') as hash
      from head
    ), added as (
      insert into audit_events (organization_id, number, at, actor_kind, actor_id, actor_name,
        action, object_kind, object_id, object_name, outcome, changes, details, client_address,
        request_id, user_agent, previous_hash, hash)
      select organization_id, number, ${content.at}::timestamptz, ${actor.kind}::text,
        ${actor.id}::text, ${actor.name}::text, ${content.action}::text,
        ${object?.kind ?? null}::text, ${object?.id ?? null}::text, ${object?.name ?? null}::text,
        ${content.outcome}::text, ${JSON.stringify(content.changes)}::jsonb,
        ${JSON.stringify(content.details)}::jsonb, ${content.clientAddress}::text,
        ${content.requestId}::text, ${content.userAgent}::text, previous_hash, hash
      from next)
    update audit_heads set number = next.number, hash = next.hash
    from next where audit_heads.organization_id = next.organization_id
    returning next.number, next.previous_hash, next.hash`
}

export type EventFilter = z.output<typeof AuditExportQuery>

type EventRow = {
  number: number
  at: Date
  actor_kind: EventContent['actor']['kind']
  actor_id: string | null
  actor_name: string
  action: string
  object_kind: string | null
  object_id: string | null
  object_name: string | null
  outcome: EventContent['outcome']
  changes: EventContent['changes']
  details: EventContent['details']
  client_address: string | null
  request_id: string | null
  user_agent: string | null
  previous_hash: string
  hash: string
}

const COLUMNS = sql.raw(
  `number, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name,
   outcome, changes, details, client_address, request_id, user_agent, previous_hash, hash`,
)

/** Events that fit, newest first, before a number. */
export async function listEvents(
  db: Db,
  organization: OrganizationId,
  filter: EventFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<StoredEvent[]> {
  const { rows } = await sql<EventRow>`
    select ${COLUMNS} from audit_events
    where organization_id = ${organization} and ${fits(filter)}
      ${page.before === undefined ? sql`` : sql`and number < ${page.before}`}
    order by number desc limit ${page.limit}`.execute(db)
  return rows.map(toEvent)
}

/** The event with this number, if it is (still) there. */
export async function findEvent(
  db: Db,
  organization: OrganizationId,
  number: number,
): Promise<StoredEvent | undefined> {
  const { rows } = await sql<EventRow>`
    select ${COLUMNS} from audit_events
    where organization_id = ${organization} and number = ${number}`.execute(db)
  return rows[0] && toEvent(rows[0])
}

const CHUNK = 500

/** Events that fit behind a number, oldest first, a few at a time, however many they are. */
export async function* readEvents(
  db: Db,
  organization: OrganizationId,
  { after, upTo, filter = {} }: { after: number; upTo?: number; filter?: EventFilter },
): AsyncGenerator<readonly StoredEvent[]> {
  let last = after
  while (true) {
    const { rows } = await sql<EventRow>`
      select ${COLUMNS} from audit_events
      where organization_id = ${organization} and number > ${last} and ${fits(filter)}
        ${upTo === undefined ? sql`` : sql`and number <= ${upTo}`}
      order by number limit ${CHUNK}`.execute(db)
    if (rows.length > 0) yield rows.map(toEvent)
    const lastRow = rows.at(-1)
    if (!lastRow || rows.length < CHUNK) return
    last = Number(lastRow.number)
  }
}

/** When the oldest event that is kept was. */
export async function findOldestAt(db: Db, organization: OrganizationId): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select at from audit_events where organization_id = ${organization}
    order by number limit 1`.execute(db)
  return rows[0]?.at ?? null
}

/** An event at or before a number, where there should be none. */
export async function findUpTo(
  db: Db,
  organization: OrganizationId,
  number: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    select number from audit_events
    where organization_id = ${organization} and number <= ${number}
    order by number limit 1`.execute(db)
  return rows[0] && Number(rows[0].number)
}

export async function saveRetention(
  tx: Db,
  organization: OrganizationId,
  days: number,
): Promise<void> {
  await sql`
    update audit_heads set retention_days = ${days}
    where organization_id = ${organization}`.execute(tx)
}

function fits(filter: EventFilter): RawBuilder<SqlBool> {
  const { actor, actorKind, action, object, objectKind, outcome, from, to, search } = filter
  const conditions: RawBuilder<unknown>[] = [sql`true`]
  if (actor) conditions.push(sql`(actor_id = ${actor} or actor_name = ${actor})`)
  if (actorKind) conditions.push(sql`actor_kind = ${actorKind}`)
  if (action) conditions.push(sql`(action = ${action} or action like ${startOf(action)})`)
  if (object) conditions.push(sql`(object_id = ${object} or object_name = ${object})`)
  if (objectKind) conditions.push(sql`object_kind = ${objectKind}`)
  if (outcome) conditions.push(sql`outcome = ${outcome}`)
  if (from) conditions.push(sql`at >= ${new Date(from)}`)
  if (to) conditions.push(sql`at < ${new Date(to)}`)
  if (search) {
    const part = `%${escapeLike(search)}%`
    conditions.push(sql`(actor_name ilike ${part} or object_name ilike ${part})`)
  }
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}

/** `connection` is the beginning of `connection.saved`, not of `connections.saved`. */
const startOf = (action: string) => `${escapeLike(action.replace(/\.$/, ''))}.%`

const escapeLike = (text: string) =>
  text.replaceAll('\u0000', '').replace(/[\\%_]/g, (letter) => `\\${letter}`)

function toEvent(row: EventRow): StoredEvent {
  return {
    number: Number(row.number),
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    object:
      row.object_kind === null
        ? null
        : { kind: row.object_kind, id: row.object_id, name: row.object_name },
    outcome: row.outcome,
    changes: row.changes,
    details: row.details,
    clientAddress: row.client_address,
    requestId: row.request_id,
    userAgent: row.user_agent,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
