import fc from 'fast-check'
import { expect, test } from 'vitest'
import { userObjectId } from '../entra/ids.ts'
import { countChanges } from './directory-change.ts'
import type { PlanSetting } from './object-plan.ts'
import { planUsers, type UserRecord } from './plan-users.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import type { UserChange, UserProperties } from './user-change.ts'

const ADA = userObjectId('00000000-0000-4000-8000-00000000000a')
const BOB = userObjectId('00000000-0000-4000-8000-00000000000b')
const NOW = new Date('2026-11-25T08:00:00Z')
const LATER = new Date('2026-11-26T08:00:00Z')

let counter = 0
const setting = (more: Partial<PlanSetting> = {}): PlanSetting => ({
  organization: 'org_1',
  generation: 1,
  round: 'delta',
  now: NOW,
  newId: () => `usr_${++counter}`,
  rules: DEFAULT_SETTINGS,
  hasSiblings: false,
  lastSuccessAt: undefined,
  ...more,
})
const changed = (id: UserChange['id'], properties: UserProperties): UserChange =>
  ({ kind: 'changed', id, properties }) as UserChange // ids of tests are well formed
const whole = (name: string): UserProperties => ({
  userPrincipalName: `${name}@example.org`,
  displayName: name,
  accountEnabled: true,
})

const counted = ({ changes }: ReturnType<typeof planUsers>) => countChanges(changes).users

function existing(...changes: UserChange[]): Map<string, UserRecord> {
  const plan = planUsers(new Map(), changes, setting())
  return new Map(plan.writes.map((user) => [user.entra_id, user]))
}

test('somebody new is created', () => {
  const plan = planUsers(new Map(), [changed(ADA, whole('ada'))], setting())

  expect(counted(plan).created).toBe(1)
  expect(plan.writes[0]).toMatchObject({ entra_id: ADA, state: 'active', user_type: 'member' })
})

test('a replay changes and counts nothing', () => {
  const before = existing(changed(ADA, whole('ada')))

  const plan = planUsers(before, [changed(ADA, whole('ada'))], setting({ now: LATER }))

  expect(plan).toMatchObject({ writes: [], seen: [], changes: [] })
  expect(Object.values(counted(plan))).toEqual([0, 0, 0, 0, 0, 0])
})

test('in a new full round somebody unchanged is seen and not written', () => {
  const before = existing(changed(ADA, whole('ada')))

  const plan = planUsers(before, [changed(ADA, whole('ada'))], setting({ generation: 2 }))

  expect(plan).toMatchObject({ writes: [], seen: [ADA] })
})

test('the last of several items about one person wins, and counts once', () => {
  const plan = planUsers(
    new Map(),
    [changed(ADA, whole('ada')), changed(ADA, { displayName: 'Ada L.' })],
    setting(),
  )

  expect(counted(plan).created).toBe(1)
  expect(plan.writes).toHaveLength(1)
  expect(plan.writes[0]).toMatchObject({
    display_name: 'Ada L.',
    user_principal_name: 'ada@example.org',
  })
})

test('what does not come stays, and null clears', () => {
  const before = existing(
    changed(ADA, { ...whole('ada'), department: 'Maths', jobTitle: 'Teacher' }),
  )

  const plan = planUsers(before, [changed(ADA, { jobTitle: null })], setting({ now: LATER }))

  expect(counted(plan).updated).toBe(1)
  expect(plan.writes[0]).toMatchObject({ department: 'Maths', job_title: null, changed_at: LATER })
})

test('two people may swap their names within one page', () => {
  const before = existing(changed(ADA, whole('ada')), changed(BOB, whole('bob')))

  const plan = planUsers(
    before,
    [
      changed(ADA, { userPrincipalName: 'bob@example.org' }),
      changed(BOB, { userPrincipalName: 'ada@example.org' }),
    ],
    setting(),
  )

  expect(plan.writes.map((user) => user.user_principal_name)).toEqual([
    'bob@example.org',
    'ada@example.org',
  ])
})

test('a locked account waits for the settling of the run, and is told by nothing before it', () => {
  const before = existing(changed(ADA, whole('ada')))
  const lock = changed(ADA, { accountEnabled: false })

  const plan = planUsers(before, [lock, lock], setting())

  expect(plan.writes[0]).toMatchObject({ account_enabled: false, state: 'active', unsettled: true })
  expect(plan.changes).toEqual([])
})

test('a lock that is taken back before the run settles leaves nothing to settle', () => {
  const before = existing(changed(ADA, whole('ada')))
  const locked = planUsers(before, [changed(ADA, { accountEnabled: false })], setting())

  const plan = planUsers(
    new Map(locked.writes.map((user) => [user.entra_id, user])),
    [changed(ADA, { accountEnabled: true })],
    setting(),
  )

  expect(plan.writes[0]).toMatchObject({ state: 'active', unsettled: false })
})

test('somebody in the recycle bin is kept as they are until the run settles', () => {
  const before = existing(changed(ADA, whole('ada')))

  const binned = planUsers(before, [{ kind: 'binned', id: ADA }], setting())
  const kept = new Map(binned.writes.map((user) => [user.entra_id, user]))
  const back = planUsers(kept, [changed(ADA, whole('ada'))], setting())

  expect(binned.writes[0]).toMatchObject({
    entra_state: 'binned',
    state: 'active',
    unsettled: true,
  })
  expect(back.writes[0]).toMatchObject({
    entra_state: 'present',
    unsettled: false,
    // Entra does not tell what happened to them meanwhile.
    memberships_stale: true,
    id: before.get(ADA)?.id,
  })
})

test('a guest stays outside, and is told by nothing', () => {
  const guest = changed(ADA, { ...whole('ada'), userType: 'Guest' })

  const plan = planUsers(new Map(), [guest], setting())

  expect(plan.writes[0]).toMatchObject({ state: 'outside', state_reason: 'guest' })
  expect(plan.changes).toEqual([])
})

test('an attribute that is left out is forgotten, and that is told', () => {
  const before = existing(changed(ADA, { ...whole('ada'), mail: 'ada@example.org' }))
  const rules = { ...DEFAULT_SETTINGS, attributes: [] }

  const plan = planUsers(before, [changed(ADA, whole('ada'))], setting({ rules }))

  expect(plan.writes[0]?.mail).toBe(null)
  expect(plan.changes[0]?.fields).toEqual({ mail: ['ada@example.org', null] })
})

test('custom fields are filled from the attributes they are mapped to, and a full round clears them', () => {
  const rules = {
    ...DEFAULT_SETTINGS,
    customFields: [
      { name: 'room', attribute: 'extensionAttribute3' as const },
      { name: 'town', attribute: 'city' as const },
    ],
  }
  const came = {
    ...whole('ada'),
    city: 'Ulm',
    onPremisesExtensionAttributes: { extensionAttribute3: 'B12' },
  }
  const first = planUsers(new Map(), [changed(ADA, came)], setting({ rules }))
  const people = new Map(first.writes.map((user) => [user.entra_id, user]))

  const silent = planUsers(people, [changed(ADA, whole('ada'))], setting({ rules }))
  const full = planUsers(people, [changed(ADA, whole('ada'))], setting({ rules, round: 'full' }))

  expect(first.writes[0]?.custom_fields).toEqual({ room: 'B12', town: 'Ulm' })
  expect(silent.writes).toEqual([])
  expect(full.changes[0]?.fields).toEqual({
    'custom.room': ['B12', null],
    'custom.town': ['Ulm', null],
  })
})

test('a tombstone of somebody never seen says nothing', () => {
  const plan = planUsers(
    new Map(),
    [
      { kind: 'binned', id: ADA },
      { kind: 'gone', id: BOB },
    ],
    setting(),
  )

  expect(plan).toMatchObject({ writes: [], changes: [], problems: [] })
})

test('somebody gone for good is marked as such, and goes when the run settles', () => {
  const before = existing(changed(ADA, whole('ada')))

  const plan = planUsers(before, [{ kind: 'gone', id: ADA }], setting())

  expect(plan.writes[0]).toMatchObject({ entra_state: 'gone', unsettled: true })
})

test('a fragment of somebody unknown is a problem and not a person', () => {
  const plan = planUsers(new Map(), [changed(ADA, { displayName: 'Ada' })], setting())

  expect(plan.writes).toEqual([])
  expect(plan.problems).toEqual([{ kind: 'user', entraId: ADA, code: 'nameMissing', values: {} }])
})

test('empty names and types fall back', () => {
  const plan = planUsers(
    new Map(),
    [
      changed(ADA, {
        userPrincipalName: 'x#EXT#@t.example',
        displayName: null,
        mail: null,
        userType: null,
      }),
    ],
    setting(),
  )

  expect(plan.writes[0]).toMatchObject({
    display_name: null,
    mail: null,
    user_type: 'member',
    sort_name: 'x#ext#@t.example',
  })
})

// The law behind it all: pages may be cut anywhere and replayed, and the end is the same.
test('however a sequence of changes is cut into pages and replayed, the people are the same', () => {
  const property = fc.record(
    {
      userPrincipalName: fc.constantFrom('a@x', 'b@x'),
      displayName: fc.constantFrom('A', 'B', null),
      accountEnabled: fc.boolean(),
    },
    { requiredKeys: ['userPrincipalName'] },
  )
  const change = fc.oneof(
    fc.record({
      kind: fc.constant('changed' as const),
      id: fc.constantFrom(ADA, BOB),
      properties: property,
    }),
    fc.record({
      kind: fc.constantFrom('binned' as const, 'gone' as const),
      id: fc.constantFrom(ADA, BOB),
    }),
  )
  const apply = (people: Map<string, UserRecord>, page: readonly UserChange[]) => {
    const plan = planUsers(people, page, setting())
    for (const user of plan.writes) people.set(user.entra_id, user)
    return people
  }
  const told = (people: Map<string, UserRecord>) =>
    [...people.values()]
      .map(({ id: _id, ...user }) => user)
      .sort((a, b) => (a.entra_id < b.entra_id ? -1 : 1))

  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.nat(12), (changes, cut) => {
      const whole = apply(new Map(), changes)
      const pages = apply(apply(new Map(), changes.slice(0, cut)), changes.slice(cut))
      const replayed = apply(apply(new Map(pages), changes.slice(cut)), changes.slice(cut))

      expect(told(pages)).toEqual(told(whole))
      expect(told(replayed).map((user) => user.state)).toEqual(
        told(whole).map((user) => user.state),
      )
    }),
  )
})
