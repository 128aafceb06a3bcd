import assert from 'node:assert/strict'
import type { DirectorySettings } from '@mooring/contract/directory'
import type { Directory, UserRecord } from '@mooring/emulator'
import { approveHeldRun, cancelSyncRun } from '../src/directory/decide-run.ts'
import { listEffectiveGroups } from '../src/directory/effective-groups-store.ts'
import { runSync, startSync } from '../src/directory/index.ts'
import { readChangesAfter } from '../src/directory/record-changes-store.ts'
import { LEASE_MS } from '../src/directory/run-leases-store.ts'
import { saveDirectorySettings } from '../src/directory/save-directory-settings.ts'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'
import type { OrganizationId } from '../src/platform/organization-id.ts'
import type { connectedWorld } from './connected.ts'
import type { Dice } from './dice.ts'
import { FeedMirror } from './feed-mirror.ts'
import { Died, mortal } from './mortal.ts'
import { happen, noMemory, openGroups } from './tenant-life.ts'

type World = Awaited<ReturnType<typeof connectedWorld>>
type RunId = `run_${string}`

const DAY_MS = 24 * 60 * 60 * 1000
/** More attempts than this, and a run never ends. */
const ATTEMPTS = 30

/** Who belongs to the organization by its rules, worked out from the tenant itself. */
function belonging(directory: Directory, rules: DirectorySettings): readonly UserRecord[] {
  const inside = rules.scope.kind === 'all' ? undefined : within(directory, rules.scope.groups)
  return directory.users.filter((user) => {
    if (user.userType === 'Guest' && rules.guests === 'exclude') return false
    if (user.accountEnabled === false && rules.disabledUsers === 'ignore') return false
    return inside?.has(user.id) ?? true
  })
}

type ScopeGroups = Extract<DirectorySettings['scope'], { kind: 'groups' }>['groups']

function within(directory: Directory, groups: ScopeGroups): Set<string> {
  const found = new Set<string>()
  const open = new Set(openGroups(directory).map(({ id }) => id))
  const visit = (id: string, isDeep: boolean, seen: Set<string>) => {
    if (seen.has(id) || !open.has(id)) return
    seen.add(id)
    for (const member of directory.members(id)) {
      if (member.kind === 'user') found.add(member.id)
      if (member.kind === 'group' && isDeep) visit(member.id, isDeep, seen)
    }
  }
  for (const { entraId, transitive } of groups) visit(entraId, transitive, new Set())
  return found
}

const text = (value: string | null | undefined) => value ?? null

/** A person's row as the tenant would have it. */
const toRow = (user: UserRecord, rules: DirectorySettings) => ({
  entra_id: user.id,
  user_principal_name: user.userPrincipalName,
  display_name: text(user.displayName),
  given_name: text(user.givenName),
  surname: text(user.surname),
  mail: text(user.mail),
  department: text(user.department),
  job_title: text(user.jobTitle),
  company_name: text(user.companyName),
  office_location: text(user.officeLocation),
  mobile_phone: text(user.mobilePhone),
  business_phones: user.businessPhones ?? [],
  employee_id: text(user.employeeId),
  preferred_language: text(user.preferredLanguage),
  usage_location: text(user.usageLocation),
  user_type: user.userType === 'Guest' ? 'guest' : 'member',
  account_enabled: user.accountEnabled ?? true,
  state: user.accountEnabled === false ? 'disabled' : 'active',
  custom_fields: Object.fromEntries(
    rules.customFields
      .map(({ name, attribute }) => [name, user[attribute as 'city']] as const)
      .filter(([, value]) => value),
  ),
})

/**
 * An organization that lives through days of a tenant, and is compared with it after each: the rows,
 * the memberships, who is effectively in which group, and a reader of the change feed.
 */
export async function watchedLife(
  world: World,
  organization: OrganizationId,
  roll: Dice,
  given: Partial<DirectorySettings>,
) {
  const { db, clock, emulator, parts } = world
  const { directory } = emulator
  const across = acrossOrganizations(db)
  const body = mortal(db)
  const memory = noMemory()
  await world.connect(organization, { settings: given })
  let rules = { ...(await storedRules()), ...given }
  let mirror: FeedMirror | undefined
  const seen = { happenings: 0, deaths: 0, holds: 0, failures: 0, runs: 0 }

  async function storedRules() {
    const row = await db
      .selectFrom('directory_settings')
      .select('settings')
      .where('organization_id', '=', organization)
      .executeTakeFirstOrThrow()
    return row.settings as DirectorySettings // saved a moment ago
  }

  const live = (count: number) => {
    for (let left = count; left > 0; left -= 1) happen(directory, roll, memory)
    seen.happenings += count
  }

  /** What befalls the process that carries a run out, if anything. */
  function fate(stop: AbortController) {
    const of = roll(2) ? ('transactions' as const) : ('statements' as const)
    const at = 1 + roll(of === 'transactions' ? 14 : 120)
    switch (roll(6)) {
      case 0:
      case 1:
        return { at, of, does: 'die' as const }
      case 2:
        return { at, of, does: () => stop.abort() }
      case 3:
        return { at, of, does: () => live(roll(4)) }
      default:
        return undefined
    }
  }

  /** Carries a run out, by as many processes as it takes. */
  async function carryOut(id: RunId): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const stop = new AbortController()
      body.beBorn(attempt < ATTEMPTS / 2 ? fate(stop) : undefined)
      try {
        const process = { ...parts, db: body.db, batchSize: roll.pick([1, 20, 5000]) ?? 1 }
        const outcome = await runSync(process, organization, id, stop.signal)
        if (outcome.kind === 'held') {
          if (!(await decide(id))) return await carryOut(await start('delta'))
        } else if (outcome.kind === 'failed') {
          seen.failures += 1
          assert.notEqual(outcome.problem.code, 'internalError')
          assert.ok(seen.failures < 200, outcome.problem.code)
          emulator.trouble.clear()
          return await carryOut(await start('delta'))
        } else {
          assert.equal(outcome.kind, 'succeeded')
          return
        }
      } catch (error) {
        if (!(error instanceof Died) && !stop.signal.aborted) throw error
        seen.deaths += 1
        await clock.wait(LEASE_MS + 1)
      }
    }
    assert.fail('the run never ends')
  }

  const starting = { db, clock, enqueue: async () => undefined }

  async function start(mode: 'delta' | 'full'): Promise<RunId> {
    const run = await startSync(starting, organization, { mode, trigger: 'api', by: 'the oracle' })
    assert.ok(run)
    seen.runs += 1
    return run.id
  }

  /** @returns whether it was approved. */
  async function decide(run: RunId): Promise<boolean> {
    seen.holds += 1
    const isApproved = roll(2) === 0
    const carry = isApproved ? approveHeldRun : cancelSyncRun
    await carry(starting, organization, { run, by: 'the oracle', reason: null })
    return isApproved
  }

  async function changeRules(change: Partial<DirectorySettings>): Promise<void> {
    rules = { ...rules, ...change }
    await saveDirectorySettings(starting, organization, rules, 'the oracle')
    const waiting = await db
      .selectFrom('sync_runs')
      .select('id')
      .where('organization_id', '=', organization)
      .where('state', '=', 'queued')
      .executeTakeFirst()
    if (waiting) await carryOut(waiting.id as RunId)
  }

  async function sync(mode: 'delta' | 'full' = 'delta'): Promise<void> {
    await carryOut(await start(mode))
    // What happened while it was read may have been missed; the next run brings it.
    body.beBorn()
    emulator.trouble.clear()
    for (let again = 0; again < 3; again += 1) {
      const id = await start('delta')
      const { kind } = await runSync(parts, organization, id, new AbortController().signal)
      if (kind === 'held') {
        await approveHeldRun(starting, organization, { run: id, by: 'the oracle', reason: null })
        await runSync(parts, organization, id, new AbortController().signal)
      }
    }
  }

  async function followFeed(): Promise<void> {
    if (!mirror) {
      mirror = await snapshot()
      return
    }
    for (;;) {
      const rows = await readChangesAfter(db, organization, mirror.last, 1000)
      if (rows.length === 0) return
      mirror.follow(rows)
    }
  }

  async function snapshot(): Promise<FeedMirror> {
    const state = await db
      .selectFrom('directory_states')
      .select('last_number')
      .where('organization_id', '=', organization)
      .executeTakeFirstOrThrow()
    const found = new FeedMirror(Number(state.last_number))
    for (const user of await usersHere()) {
      if (user.state === 'outside') continue
      const { id, state, removed_at } = user
      const removedAt = removed_at ?? undefined
      found.people.set(user.entra_id, { id, state, removedAt, fields: new Map() })
    }
    for (const group of await groupsHere()) {
      found.groups.set(group.entra_id, { isShown: group.state === 'active' })
    }
    for (const edge of await edgesHere()) found.edges.add(edge)
    return found
  }

  const usersHere = () =>
    across
      .selectFrom('directory_users')
      .selectAll()
      .where('organization_id', '=', organization)
      .orderBy('entra_id')
      .execute()
  const groupsHere = () =>
    across
      .selectFrom('directory_groups')
      .selectAll()
      .where('organization_id', '=', organization)
      .orderBy('entra_id')
      .execute()
  const edgesHere = async () => {
    const rows = await across
      .selectFrom('directory_memberships')
      .select(['group_entra_id', 'member_entra_id'])
      .where('organization_id', '=', organization)
      .execute()
    return rows.map((edge) => `${edge.group_entra_id} ${edge.member_entra_id}`)
  }

  /** @throws {AssertionError} where the copy and the tenant differ. */
  async function compare(): Promise<void> {
    const users = await usersHere()
    const expected = belonging(directory, rules).map((user) => toRow(user, rules))
    const shown = users.filter(({ state }) => state === 'active' || state === 'disabled')
    assert.deepEqual(
      shown.map((user) => pick(user, expected[0] ?? {})),
      expected.toSorted(byId),
      'people',
    )
    const groups = await groupsHere()
    assert.deepEqual(
      groups
        .filter(({ state }) => state === 'active')
        .map(({ entra_id, display_name, description }) => ({
          entra_id,
          display_name,
          description,
        })),
      directory.groups
        .map(({ id, displayName, description }) => ({
          entra_id: id,
          display_name: text(displayName),
          description: text(description),
        }))
        .toSorted(byId),
      'groups',
    )
    const [edges, truth] = [await edgesHere(), trueEdges(directory)]
    const isHere = (edge: string) =>
      edge.split(' ').every((id) => directory.find(id)?.state === 'live')
    assert.deepEqual(edges.filter(isHere).toSorted(), truth.toSorted(), 'memberships')
    assert.deepEqual(
      users.filter((user) => user.unsettled || user.memberships_stale).map((user) => user.entra_id),
      [],
      'everybody is settled',
    )
    await compareEffective(shown.map((user) => user.entra_id))
    compareMirror(users, edges)
  }

  async function compareEffective(people: readonly string[]): Promise<void> {
    const above = new Map<string, string[]>()
    for (const edge of trueEdges(directory)) {
      const [group = '', member = ''] = edge.split(' ')
      above.set(member, [...(above.get(member) ?? []), group])
    }
    for (const person of people.filter(() => roll(5) === 0)) {
      const expected = new Set<string>()
      const visit = (id: string) => {
        for (const group of above.get(id) ?? []) {
          if (expected.has(group)) continue
          expected.add(group)
          visit(group)
        }
      }
      visit(person)
      const found = await listEffectiveGroups(db, organization, person)
      assert.deepEqual(
        found.map(({ group }) => group.entra_id).toSorted(),
        [...expected].toSorted(),
        `effective groups of ${person}`,
      )
    }
  }

  function compareMirror(
    users: Awaited<ReturnType<typeof usersHere>>,
    edges: readonly string[],
  ): void {
    if (!mirror) return
    const told = new Map(users.map((user) => [user.entra_id, user]))
    const kept = users.filter(({ state }) => state !== 'outside')
    assert.deepEqual(
      [...mirror.people].map(([id, { state }]) => `${id} ${state}`).toSorted(),
      kept.map((user) => `${user.entra_id} ${user.state}`).toSorted(),
      'people as the feed tells them',
    )
    for (const [id, { fields, removedAt }] of mirror.people) {
      const row = told.get(id)
      if (fields.has('displayName')) assert.equal(fields.get('displayName'), row?.display_name)
      if (fields.has('department')) assert.equal(fields.get('department'), row?.department)
      if (!removedAt) continue
      const endsAt = removedAt.getTime() + rules.removedUsers.graceDays * DAY_MS
      assert.ok(
        endsAt > clock.now().getTime() - DAY_MS,
        `${id} is kept longer than the grace period`,
      )
    }
    const isKnown = (edge: string) =>
      edge.split(' ').every((id) => directory.find(id)?.state === 'live')
    assert.deepEqual(
      [...mirror.edges].filter(isKnown).toSorted(),
      edges.filter(isKnown).toSorted(),
      'memberships as the feed tells them',
    )
  }

  /** Whose memberships are in doubt is asked again once no replica can lag behind any more. */
  async function settleDoubts(): Promise<void> {
    const doubtful = await acrossOrganizations(db)
      .selectFrom('directory_users')
      .select('id')
      .where('memberships_stale', '=', true)
      .where('entra_state', '=', 'present')
      .execute()
    if (doubtful.length === 0) return
    await clock.wait(2 * 60 * 60 * 1000)
    await sync('delta')
  }

  return {
    live,
    sync,
    changeRules,
    followFeed,
    compare,
    seen,
    get rules() {
      return rules
    },
    /** Changes, trouble and a run, and then everything must be right. */
    async day(happenings: number): Promise<void> {
      await clock.wait(3 * DAY_MS)
      directory.announcePurgedMembers = roll(2) === 0
      live(roll(happenings))
      makeTrouble(emulator, roll)
      await sync(roll(6) === 0 ? 'full' : 'delta')
      await settleDoubts()
      await followFeed()
      await compare()
    },
  }
}

const byId = (left: { entra_id: string }, right: { entra_id: string }) =>
  left.entra_id < right.entra_id ? -1 : 1

const pick = (row: object, like: object) =>
  Object.fromEntries(Object.keys(like).map((name) => [name, row[name as keyof typeof row]]))

const trueEdges = (directory: Directory) =>
  openGroups(directory).flatMap((group) =>
    directory.members(group.id).map((member) => `${group.id} ${member.id}`),
  )

const FAULTS = [
  { kind: 'reset' },
  { kind: 'reset', when: 'midway' },
  { kind: 'truncate' },
  { kind: 'resync' },
  { kind: 'expired-sync-state' },
  { kind: 'throttle', retryAfter: '2.128' },
  { kind: 'answer', status: 503 },
  { kind: 'duplicate-items' },
  { kind: 'stale-page' },
  { kind: 'empty-page' },
  { kind: 'foreign-link' },
  { kind: 'corrupt-json' },
  { kind: 'answer', status: 403 },
  { kind: 'html', status: 200 },
  { kind: 'drift', how: 'new-fields' },
] as const

function makeTrouble(emulator: World['emulator'], roll: Dice): void {
  const { scenario, trouble } = emulator
  scenario.delta.pageSizes = [2 + roll(20), 1 + roll(9)]
  scenario.delta.membersPerPage = 3 + roll(40)
  scenario.delta.memberSlice = 2 + roll(20)
  scenario.delta.openGroups = 1 + roll(4)
  scenario.delta.duplicateEvery = roll(3) ? 0 : 2 + roll(6)
  scenario.delta.emptyPageEvery = roll(3) ? 0 : 2 + roll(4)
  scenario.delta.replayVersions = roll(12)
  scenario.delta.tombstones = roll(3)
  scenario.delta.linkSpelling = 'rotate'
  trouble.clear()
  for (let left = roll(3); left > 0; left -= 1) {
    const fault = roll.pick(FAULTS)
    if (fault) trouble.add({ path: '/v1.0/*/delta', nth: [1 + roll(8)], fault })
  }
  if (roll(8) === 0) emulator.orderResync(roll(2) ? 'users' : 'groups')
}
