import type {
  Kysely,
  KyselyPlugin,
  OperationNode,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
} from 'kysely'
import type { Schema } from './schema.ts'

/** Tables with an `organization_id`. A key more or less in `Schema` does not compile here. */
const OWNED: ReadonlySet<string> = new Set(
  Object.keys({
    secrets: 1,
    master_key_check: 1,
    administrators: 1,
    password_links: 1,
    sessions: 1,
    step_ups: 1,
    administrator_totps: 1,
    passkeys: 1,
    passkey_challenges: 1,
    role_assignments: 1,
    person_roles: 1,
    api_tokens: 1,
    known_browsers: 1,
    sign_in_throttles: 1,
    sign_in_providers: 1,
    sign_in_attempts: 1,
    provider_identities: 1,
    connections: 1,
    connection_checks: 1,
    set_up_guides: 1,
    directory_streams: 1,
    directory_users: 1,
    directory_groups: 1,
    directory_memberships: 1,
    sync_runs: 1,
    sync_problems: 1,
    directory_days: 1,
    directory_devices: 1,
    directory_states: 1,
    directory_changes: 1,
    sync_proposals: 1,
    directory_settings: 1,
    directory_rescopes: 1,
    directory_leaving: 1,
    directory_unapplied: 1,
    change_subscriptions: 1,
    audit_events: 1,
    audit_heads: 1,
    audit_floods: 1,
    certificate_settings: 1,
    certificate_authorities: 1,
    certificates: 1,
    devices: 1,
    device_contexts: 1,
    device_words: 1,
    device_list: 1,
    device_views: 1,
    device_standings: 1,
    device_commands: 1,
    device_fact_changes: 1,
    self_service_settings: 1,
    device_groups: 1,
    device_group_members: 1,
    command_batches: 1,
    session_settings: 1,
    device_calls: 1,
    device_digests: 1,
    compliance_settings: 1,
    device_verdicts: 1,
    verdict_changes: 1,
    wipe_guards: 1,
    wipe_requests: 1,
    terms_keys: 1,
    terms_pages: 1,
    terms_answers: 1,
    enrolment_settings: 1,
    enrolment_attempts: 1,
    enrolment_uses: 1,
    enrolment_tokens: 1,
    outside_tests: 1,
  } satisfies Record<
    Exclude<keyof Schema, 'organizations' | 'deferred_indexes' | 'signing_key_sets'>,
    1
  >),
)

/** Tables without an `organization_id`: the list of organizations itself, and those about the database. */
const UNOWNED = new Set([
  'organizations',
  'deferred_indexes',
  'signing_key_sets',
  'kysely_migration',
  'kysely_migration_lock',
])

/**
 * Refuses every query that touches an organization's table without naming `organization_id`.
 *
 * This is a wall against a forgotten `where`, in tests and in production alike: such a query never
 * reaches the database.
 *
 * @throws {Error} from the query itself; our bug, never a caller's.
 */
export function organizationGuard(): KyselyPlugin {
  return {
    transformQuery({ node }: PluginTransformQueryArgs) {
      checkQuery(node)
      return node
    },
    async transformResult({ result }: PluginTransformResultArgs) {
      return result
    },
  }
}

/**
 * The same database without the guard, for the few questions that concern all organizations at once:
 * whose session is this, which jobs are due. Each use says why.
 */
export function acrossOrganizations<DB>(db: Kysely<DB>): Kysely<DB> {
  return db.withoutPlugins()
}

function checkQuery(query: OperationNode): void {
  const found = { tables: [] as string[], mentions: 0, subqueries: [] as OperationNode[] }
  look(query, found)
  if (found.mentions < found.tables.length) {
    throw new Error(
      `A query on ${found.tables.join(', ')} names organization_id ${found.mentions} times; it must for each table`,
    )
  }
  for (const subquery of found.subqueries) checkQuery(subquery)
}

type Found = { tables: string[]; mentions: number; subqueries: OperationNode[] }

/** Gathers tables and mentions of one query. A subquery is judged by itself. */
function look(value: unknown, found: Found, isRoot = true): void {
  if (Array.isArray(value)) {
    for (const item of value) look(item, found, false)
    return
  }
  if (typeof value !== 'object' || value === null || !('kind' in value)) return
  const node = value as OperationNode & Record<string, unknown>
  if (!isRoot && node.kind === 'SelectQueryNode') {
    found.subqueries.push(node)
    return
  }
  if (node.kind === 'TableNode') {
    const name = tableName(node)
    if (!UNOWNED.has(name)) found.tables.push(name)
    return
  }
  if (node.kind === 'RawNode') {
    const { mentions, tables } = readWritten(node['sqlFragments'] as readonly string[])
    found.mentions += mentions
    found.tables.push(...tables)
  }
  // A comparison counts once, also where it links two tables: each table needs a link or a value.
  if (node.kind === 'BinaryOperationNode' && isAboutOrganization(node)) {
    found.mentions += 1
    look(node['rightOperand'], { tables: [], mentions: 0, subqueries: found.subqueries }, false)
    return
  }
  if (node.kind === 'ColumnNode' && columnName(node) === 'organization_id') found.mentions += 1
  // `columns` of a select list and of `returning` are no condition.
  for (const [key, part] of Object.entries(node)) {
    if (key === 'selections' || key === 'returning' || key === 'orderBy') continue
    // A qualified column (`users.organization_id`) carries its table; that table is not a new source.
    if (node.kind === 'ReferenceNode' && key === 'table') continue
    look(part, found, false)
  }
}

type Written = Pick<Found, 'mentions'> & { readonly tables: readonly string[] }
/** By the text as it stands in our code, which is the same object each time. */
const WRITTEN = new WeakMap<readonly string[], Written>()

function readWritten(fragments: readonly string[]): Written {
  const known = WRITTEN.get(fragments)
  if (known) return known
  const text = fragments.join(' ')
  const mentions = text.split('organization_id').length - 1
  const written = { mentions, tables: tablesIn(text) }
  WRITTEN.set(fragments, written)
  return written
}

/** Tables that written SQL reads or writes. Names of its own (`with … as`) are no tables of ours. */
function tablesIn(text: string): string[] {
  const names = [...text.matchAll(/\b(?:from|join|into|update|using)\s+"?([a-z_]+)"?/gi)]
  return names.map((match) => match[1] ?? '').filter((name) => OWNED.has(name))
}

function isAboutOrganization(comparison: Record<string, unknown>): boolean {
  return [comparison['leftOperand'], comparison['rightOperand']].some((operand) => {
    const { kind, column } = operand as { kind: string; column?: Record<string, unknown> }
    return (
      kind === 'ReferenceNode' && column !== undefined && columnName(column) === 'organization_id'
    )
  })
}

function tableName(node: Record<string, unknown>): string {
  const table = node['table'] as { identifier: { name: string } }
  return table.identifier.name
}

function columnName(node: Record<string, unknown>): string {
  return (node['column'] as { name: string }).name
}
