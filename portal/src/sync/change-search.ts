import type { ChangedObject, ChangeKind, SyncRun } from '@mooring/contract/directory'
import { oneOf, type PlainSearch } from '../frame/plain-search.ts'

const OF_PEOPLE = [
  'created',
  'updated',
  'disabled',
  'enabled',
  'removed',
  'restored',
  'purged',
] as const satisfies readonly ChangeKind[]

/** How each kind of object can change. */
const KINDS: Record<ChangedObject, readonly ChangeKind[]> = {
  user: OF_PEOPLE,
  group: ['created', 'updated', 'removed', 'restored', 'purged'],
  membership: ['added', 'removed'],
  device: ['created', 'updated', 'disabled', 'enabled', 'removed', 'restored', 'purged'],
}
export const OBJECTS = ['user', 'group', 'membership', 'device'] as const satisfies ChangedObject[]
const EVERY_KIND: readonly ChangeKind[] = [...OF_PEOPLE, 'added']

export const kindsOf = (object: ChangedObject | undefined) => (object ? KINDS[object] : EVERY_KIND)

export type ChangeFilter = {
  object?: ChangedObject | undefined
  change?: ChangeKind | undefined
}

/** What somebody who decides about a held run has to see first: that for which it was held. */
export function firstFilter(run: SyncRun): ChangeFilter {
  if (run.state !== 'held') return {}
  const codes = run.holds.map(({ code }) => code)
  const isAboutPeople = codes.some(
    (code) => code.startsWith('manyPeople') || code.startsWith('scope'),
  )
  if (isAboutPeople) return { object: 'user' }
  if (codes.some((code) => code.startsWith('manyGroups'))) return { object: 'group' }
  return codes.some((code) => code.startsWith('manyMember')) ? { object: 'membership' } : {}
}

/** Written where a filter would otherwise be the first one. */
const ALL = 'all'

/** What the address asks for; where it says nothing, the first filter holds. */
export function readChangeSearch(search: PlainSearch, first: ChangeFilter) {
  const isSilent = search['object'] === undefined && search['change'] === undefined
  const object = isSilent ? first.object : oneOf(OBJECTS, search['object'])
  const change = isSilent ? first.change : oneOf(kindsOf(object), search['change'])
  return { object, change, search: search['search'], cursor: search['cursor'] }
}

/** How a filter stands in the address. A kind of change that the object does not know is dropped. */
export function writeChangeFilter({ object, change }: ChangeFilter, first: ChangeFilter) {
  const fits = change && kindsOf(object).includes(change) ? change : undefined
  const isAll = object === undefined && fits === undefined
  const isSilentAll = first.object === undefined && first.change === undefined
  return { object: object ?? (isAll && !isSilentAll ? ALL : undefined), change: fits }
}
