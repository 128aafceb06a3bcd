import { expect, test } from 'vitest'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { toGroupChange } from './group-change.ts'
import type { PlanSetting } from './object-plan.ts'
import { groupKind, planGroups } from './plan-groups.ts'
import { DEFAULT_SETTINGS } from './settings.ts'

const G = '00000000-0000-4000-8000-0000000000aa'
const U = '00000000-0000-4000-8000-000000000001'
const V = '00000000-0000-4000-8000-000000000002'
const setting: PlanSetting = {
  organization: 'org_1',
  generation: 1,
  round: 'delta',
  now: new Date('2026-11-25T08:00:00Z'),
  newId: () => 'grp_1',
  rules: DEFAULT_SETTINGS,
  hasSiblings: false,
  lastSuccessAt: undefined,
}
const plan = (...items: DeltaItem[]) => planGroups(new Map(), items.map(toGroupChange), setting)
const user = (id: string, more: object = {}) => ({
  '@odata.type': '#microsoft.graph.user',
  id,
  ...more,
})

test('the slices of a large group add up', () => {
  const planned = plan(
    { id: G, displayName: 'All', 'members@delta': [user(U)] },
    { id: G, displayName: 'All', 'members@delta': [user(V)] },
  )

  expect(planned.changes).toMatchObject([{ change: 'created' }])
  expect(planned.added.map((edge) => edge.member)).toEqual([U, V])
})

test('the last word about a member wins', () => {
  const planned = plan({
    id: G,
    'members@delta': [user(U), user(U, { '@removed': { reason: 'deleted' } }), user(V)],
  })

  expect(planned.added.map((edge) => edge.member)).toEqual([V])
  expect(planned.removed.map((edge) => edge.member)).toEqual([U])
})

test('a member of an unknown kind is kept as such', () => {
  const planned = plan({
    id: G,
    'members@delta': [{ '@odata.type': '#microsoft.graph.orgContact', id: U }],
  })

  expect(planned.added[0]?.memberKind).toBe('other')
})

test('a member without a readable id is told, and the others are taken over', () => {
  const planned = plan({ id: G, 'members@delta': [user('nobody'), null, user(V)] })

  expect(planned.added).toHaveLength(1)
  expect(planned.problems).toEqual([
    { kind: 'membership', entraId: G, code: 'unreadableMembers', values: { count: 2 } },
  ])
})

test('a group that is gone takes along what the page said of its members before', () => {
  const planned = plan(
    { id: G, 'members@delta': [user(U)] },
    { id: G, '@removed': { reason: 'deleted' } },
  )

  expect(planned).toMatchObject({
    writes: [{ entra_state: 'gone', unsettled: true }],
    added: [],
    removed: [],
  })
})

test.each([
  [{ groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false }, 'microsoft365'],
  [{ groupTypes: [], mailEnabled: false, securityEnabled: true }, 'security'],
  [{ groupTypes: [], mailEnabled: true, securityEnabled: true }, 'mailSecurity'],
  [{ groupTypes: [], mailEnabled: true, securityEnabled: false }, 'distribution'],
  [{ groupTypes: ['DynamicMembership'], mailEnabled: false, securityEnabled: true }, 'security'],
  [{ displayName: 'only the name came' }, undefined],
])('%j is a group of kind %s', (properties, kind) => {
  expect(groupKind(properties)).toBe(kind)
})
