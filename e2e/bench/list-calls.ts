import type { Api } from '../demo/api.ts'
import { ORG } from './mooring.ts'
import { percentile } from './print.ts'

/** A call that the portal makes for a person who waits. */
export type ListCall = { readonly name: string; readonly path: string }

/** How long one call took, over all its repetitions, in milliseconds. */
export type CallFigures = {
  readonly name: string
  readonly calls: number
  readonly p50: number
  readonly p95: number
  readonly max: number
  /** How many match, where the answer says so. */
  readonly total: number | null
}

/** What a person is promised to wait at most. */
export const AIM_MS = 100

const WARM_UP = 10
const CALLS = 100
/** A call so slow that it would hold everything up is repeated less often. */
const MAX_MS = 30_000

const USERS = `${ORG}/directory/users`
const GROUPS = `${ORG}/directory/groups`

type Page = { items: { id: string }[]; nextCursor: string | null; total?: number | null }
type Group = { id: string; displayName: string; memberCount: number | null }

/** Every call that is measured, with ids and places of this very directory in it. */
export async function chooseCalls(api: Api): Promise<ListCall[]> {
  const groups = await readGroups(api)
  const bySize = groups.sort((a, b) => (b.memberCount ?? 0) - (a.memberCount ?? 0))
  const [largest, middle] = [bySize[0], bySize[Math.floor(bySize.length / 2)]]
  const nested = groups.find((group) => group.displayName === 'Platform')
  const [user] = (await api.call<Page>('GET', `${USERS}?limit=1`)).items
  if (!largest || !middle || !nested || !user) throw new Error('the directory is too small')
  const person = await api.call<{ entraId: string; userPrincipalName: string }>(
    'GET',
    `${USERS}/${user.id}`,
  )
  const members = `${GROUPS}/${largest.id}/members`
  const [deepUsers, deepGroups, deepMembers, deepTransitive] = [
    await findMiddle(api, USERS, await readTotal(api, USERS)),
    await findMiddle(api, GROUPS, await readTotal(api, GROUPS)),
    await findMiddle(api, members, largest.memberCount ?? 0),
    await findMiddle(api, `${members}?transitive=true`, largest.memberCount ?? 0),
  ]
  return [
    { name: 'people: first page', path: USERS },
    { name: 'people: a page in the middle', path: deepUsers },
    { name: 'people: first page of 1,000', path: `${USERS}?limit=1000` },
    ...(['displayName', 'userPrincipalName', 'department'] as const).flatMap((sort) => [
      { name: `people: by ${sort}`, path: `${USERS}?sort=${sort}` },
      { name: `people: by ${sort}, backwards`, path: `${USERS}?sort=${sort}&descending=true` },
    ]),
    { name: 'people: search "m"', path: `${USERS}?search=m` },
    { name: 'people: search "ma"', path: `${USERS}?search=ma` },
    { name: 'people: search "muel"', path: `${USERS}?search=muel` },
    { name: 'people: search "anne sch"', path: `${USERS}?search=anne%20sch` },
    { name: 'people: search "m", by department', path: `${USERS}?search=m&sort=department` },
    { name: 'people: search finds nobody', path: `${USERS}?search=qqqq` },
    { name: 'people: disabled', path: `${USERS}?state=disabled` },
    { name: 'people: removed', path: `${USERS}?state=removed` },
    { name: 'people: guests', path: `${USERS}?userType=guest` },
    { name: 'people: disabled guests', path: `${USERS}?userType=guest&state=disabled` },
    { name: 'people: of the largest group', path: `${USERS}?group=${largest.id}` },
    { name: 'people: of a middling group', path: `${USERS}?group=${middle.id}` },
    {
      name: 'people: search "m" in the largest group',
      path: `${USERS}?group=${largest.id}&search=m`,
    },
    { name: 'people: by Entra id', path: `${USERS}?entraId=${person.entraId}` },
    {
      name: 'people: by user principal name',
      path: `${USERS}?upn=${encodeURIComponent(person.userPrincipalName)}`,
    },
    { name: 'one person', path: `${USERS}/${user.id}` },
    { name: 'groups: first page', path: GROUPS },
    { name: 'groups: a page in the middle', path: deepGroups },
    { name: 'groups: backwards', path: `${GROUPS}?descending=true` },
    { name: 'groups: search "e"', path: `${GROUPS}?search=e` },
    { name: 'groups: search "en"', path: `${GROUPS}?search=en` },
    { name: 'groups: search "einkauf em"', path: `${GROUPS}?search=einkauf%20em` },
    { name: 'groups: Microsoft 365', path: `${GROUPS}?kind=microsoft365` },
    { name: 'one group, the largest', path: `${GROUPS}/${largest.id}` },
    { name: 'members of the largest group', path: members },
    { name: 'members of the largest group, a page in the middle', path: deepMembers },
    { name: 'members of the largest group, transitive', path: `${members}?transitive=true` },
    {
      name: 'members of the largest group, transitive, a page in the middle',
      path: deepTransitive,
    },
    {
      name: 'members of groups in a circle, transitive',
      path: `${GROUPS}/${nested.id}/members?transitive=true`,
    },
    { name: 'overview', path: `${ORG}/overview` },
    { name: 'synchronisations', path: `${ORG}/directory/sync-runs` },
  ]
}

async function readGroups(api: Api): Promise<Group[]> {
  const page = await api.call<{ items: Group[] }>('GET', `${GROUPS}?limit=1000`)
  const named = await api.call<{ items: Group[] }>('GET', `${GROUPS}?search=platform`)
  const all = await api.call<{ items: Group[] }>('GET', `${GROUPS}?search=beschaftigten`)
  return [...page.items, ...named.items, ...all.items]
}

async function readTotal(api: Api, path: string): Promise<number> {
  return (await api.call<Page>('GET', `${path}?limit=1`)).total ?? 0
}

/** The path of a page in the middle of a list of `length` items. */
async function findMiddle(api: Api, path: string, length: number): Promise<string> {
  const withQuery = (query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`
  const step = Math.min(1000, Math.max(1, Math.floor(length / 2)))
  let cursor: string | undefined
  for (let place = step; place <= length / 2; place += step) {
    const from = cursor === undefined ? '' : `&cursor=${cursor}`
    const page = await api.call<Page>('GET', withQuery(`limit=${step}${from}`))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return cursor === undefined ? path : withQuery(`cursor=${cursor}`)
}

/** Repeats one call, one after the other as one person does, and times each. */
export async function measureCall(api: Api, { name, path }: ListCall): Promise<CallFigures> {
  let answer: { total?: number | null } | undefined
  const times: number[] = []
  const endAt = performance.now() + MAX_MS
  for (let number = -WARM_UP; number < CALLS; number += 1) {
    const startedAt = performance.now()
    answer = await api.call('GET', path)
    const ms = performance.now() - startedAt
    if (number >= 0) times.push(ms)
    if (performance.now() > endAt && times.length > 0) break
  }
  return {
    name,
    calls: times.length,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    max: Math.max(...times),
    total: answer?.total ?? null,
  }
}
