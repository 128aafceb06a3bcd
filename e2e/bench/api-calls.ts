import type { Api } from '../demo/api.ts'
import { ORG } from './mooring.ts'

/** A request of the mixture, under the API's own address. */
export type ApiCall = { readonly kind: ApiKind; readonly path: string }
export type ApiKind = (typeof KINDS)[number]

export const KINDS = [
  'people: a page',
  'people: search',
  'one person',
  'roles of a person',
  'groups: a page',
  'groups: search',
  'one group',
  'members of a group',
  'audit log',
] as const

const USERS = `${ORG}/directory/users`
const GROUPS = `${ORG}/directory/groups`
const AUDIT = `${ORG}/audit-events`
/** Of each kind as many, over different people, groups and words: nothing is asked for again and again. */
const OF_EACH_KIND = 40

const SORTS = ['displayName', 'userPrincipalName', 'department']
const FILTERS = ['', 'action=audit-settings', 'outcome=succeeded', 'limit=100']
/** How far somebody has typed before the list is asked for. */
const TYPED = [1, 2, 3, 4, 6]

type Item = { id: string; displayName: string; memberCount?: number | null }
type Page = { items: Item[]; nextCursor: string | null }

/** The mixture, each kind in turn, with ids and names of this very directory. */
export async function chooseMixture(api: Api): Promise<ApiCall[]> {
  const { items: people, cursors } = await readFar(api, USERS)
  const { items: groups, cursors: groupCursors } = await readFar(api, GROUPS)
  const largest = [...groups].sort((a, b) => (b.memberCount ?? 0) - (a.memberCount ?? 0))
  const pages = [
    USERS,
    ...SORTS.flatMap((sort) => [`${USERS}?sort=${sort}`, `${USERS}?sort=${sort}&descending=true`]),
    ...cursors.map((cursor) => `${USERS}?cursor=${cursor}`),
    ...['state=disabled', 'state=removed', 'userType=guest', 'limit=100', 'search=zzzz'].map(
      (filter) => `${USERS}?${filter}`,
    ),
    `${USERS}?group=${pick(largest, 0).id}`,
    `${USERS}?group=${pick(largest, Math.floor(largest.length / 2)).id}`,
  ]
  const groupPages = [
    GROUPS,
    `${GROUPS}?descending=true`,
    `${GROUPS}?kind=microsoft365`,
    ...groupCursors.map((cursor) => `${GROUPS}?cursor=${cursor}`),
  ]
  const paths: Record<ApiKind, (number: number) => string> = {
    'people: a page': (number) => pick(pages, number),
    'people: search': (number) => `${USERS}?search=${type(spread(people, number), number)}`,
    'one person': (number) => `${USERS}/${spread(people, number).id}`,
    'roles of a person': (number) => `${USERS}/${spread(people, number).id}/roles`,
    'groups: a page': (number) => pick(groupPages, number),
    'groups: search': (number) => `${GROUPS}?search=${type(spread(groups, number), number)}`,
    'one group': (number) => `${GROUPS}/${spread(groups, number).id}`,
    // The largest are among them, as often as people look into them first.
    'members of a group': (number) =>
      `${GROUPS}/${(number % 5 ? spread(groups, number) : pick(largest, number / 5)).id}/members`,
    'audit log': (number) => `${AUDIT}?${pick(FILTERS, number)}`,
  }
  return Array.from({ length: OF_EACH_KIND }, (_, number) =>
    KINDS.map((kind) => ({ kind, path: paths[kind](number) })),
  ).flat()
}

/** How many pages of 1,000 are read ahead: as deep into a list as scripts go, and further than people. */
const FAR = 20

/** The beginning of a list, and places in it to go on from, near and far. */
async function readFar(api: Api, path: string): Promise<{ items: Item[]; cursors: string[] }> {
  const items: Item[] = []
  const cursors: string[] = []
  for (let page = 0; page < FAR; page += 1) {
    const cursor = cursors.at(-1)
    const query = `limit=1000${cursor === undefined ? '' : `&cursor=${cursor}`}`
    const found = await api.call<Page>('GET', `${path}?${query}`)
    items.push(...found.items)
    if (found.nextCursor === null) break
    cursors.push(found.nextCursor)
  }
  return { items, cursors: [0, 4, 9, 18].flatMap((place) => cursors[place] ?? []) }
}

/** What is typed to find something: the beginning of its name, or of two words of it. */
function type({ displayName }: Item, number: number): string {
  const words = displayName.split(' ')
  const length = pick(TYPED, number)
  const typed =
    number % 8 === 7
      ? words.map((word) => word.slice(0, 3))
      : [pick(words, number).slice(0, length)]
  return encodeURIComponent(typed.join(' '))
}

function pick<T>(values: readonly T[], number: number): T {
  const value = values[number % values.length]
  if (value === undefined) throw new Error('the directory is too small')
  return value
}

/** From all over the list, not only from its beginning. */
const spread = <T>(values: readonly T[], number: number): T =>
  pick(values, Math.floor((number * values.length) / OF_EACH_KIND))
