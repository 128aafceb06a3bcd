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
const OF_EACH_KIND = 20

const WORDS = ['m', 'ma', 'mue', 'muel', 'an', 'anne', 'anne sch', 'sch', 'be', 'wolf', 'li', 'ka']
const GROUP_WORDS = ['e', 'en', 'ein', 'einkauf', 'einkauf em', 'ver', 'pla', 'tea', 'it', 'pro']
const SORTS = ['displayName', 'userPrincipalName', 'department']
const FILTERS = ['', 'action=audit-settings', 'outcome=succeeded', 'limit=100']

type Item = { id: string; memberCount?: number | null }
type Page = { items: Item[]; nextCursor: string | null }

/** The mixture, each kind in turn, with ids of this very directory. */
export async function chooseMixture(api: Api): Promise<ApiCall[]> {
  const people = (await api.call<Page>('GET', `${USERS}?limit=1000`)).items
  const groups = (await api.call<Page>('GET', `${GROUPS}?limit=1000`)).items
  const { nextCursor } = await api.call<Page>('GET', `${USERS}?limit=50`)
  const largest = [...groups].sort((a, b) => (b.memberCount ?? 0) - (a.memberCount ?? 0))
  const pages = [
    USERS,
    ...SORTS.map((sort) => `${USERS}?sort=${sort}`),
    ...(nextCursor === null ? [] : [`${USERS}?limit=50&cursor=${nextCursor}`]),
  ]
  const paths: Record<ApiKind, (number: number) => string> = {
    'people: a page': (number) => pick(pages, number),
    'people: search': (number) => `${USERS}?search=${encodeURIComponent(pick(WORDS, number))}`,
    'one person': (number) => `${USERS}/${spread(people, number).id}`,
    'roles of a person': (number) => `${USERS}/${spread(people, number).id}/roles`,
    'groups: a page': (number) => (number % 2 ? GROUPS : `${GROUPS}?descending=true`),
    'groups: search': (number) =>
      `${GROUPS}?search=${encodeURIComponent(pick(GROUP_WORDS, number))}`,
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

function pick<T>(values: readonly T[], number: number): T {
  const value = values[number % values.length]
  if (value === undefined) throw new Error('the directory is too small')
  return value
}

/** From all over the list, not only from its beginning. */
const spread = <T>(values: readonly T[], number: number): T =>
  pick(values, Math.floor((number * values.length) / OF_EACH_KIND))
