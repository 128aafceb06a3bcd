import type { Fact } from './read-fact.ts'

/** A program that a device tells of. */
export type Application = {
  readonly id: string
  readonly name: string
  readonly version: string | undefined
  readonly publisher: string | undefined
  /** An MSI product, from the Store, or a package that came another way. */
  readonly kind: 'msi' | 'store' | 'package'
  /** Since when the device tells this version. */
  readonly since: string
}

const MSI = /\/EnterpriseDesktopAppManagement\/MSI\/([^/?]+)\/(\w+)$/i
const PACKAGE = /\/AppManagement\/(AppStore|nonStore)\/([^/?]+)\/([^/?]+)\/(\w+)$/i
const LIST = /\/(MSI|AppStore|nonStore)\?list=StructData$/i

/**
 * What is installed, by name. What a device no longer lists has left it, though what it told of that is kept.
 *
 * @see windows-mdm.md 6.1; Windows "EnterpriseDesktopAppManagement CSP", "EnterpriseModernAppManagement CSP"
 */
export function applicationsOf(facts: readonly Fact[]): Application[] {
  const listed = readLists(facts)
  const found = new Map<string, Member>()
  for (const fact of facts) {
    const place = placeOf(fact.uri)
    if (!place || !isListed(listed, place)) continue
    const member = found.get(place.id) ?? { ...place, values: {}, since: fact.since }
    if (fact.value) member.values[place.field] = fact.value
    if (place.field === 'version') member.since = fact.since
    found.set(place.id, member)
  }
  return [...found.values()]
    .map(({ id, kind, values, since }) => ({
      id,
      name: values['name'] ?? id,
      version: values['version'],
      publisher: toName(values['publisher']),
      kind,
      since,
    }))
    .sort((one, other) => one.name.localeCompare(other.name))
}

type Place = {
  readonly id: string
  readonly list: string
  /** As the list names it. */
  readonly member: string
  readonly kind: Application['kind']
  readonly field: string
}
type Member = Omit<Place, 'field'> & { values: Record<string, string>; since: string }

function placeOf(uri: string): Place | undefined {
  const [, product, field] = MSI.exec(uri) ?? []
  if (product !== undefined && field !== undefined) {
    return {
      id: decode(product),
      list: 'msi',
      member: product,
      kind: 'msi',
      field: field.toLowerCase(),
    }
  }
  const [, store = '', family, full, name] = PACKAGE.exec(uri) ?? []
  if (family === undefined || full === undefined || name === undefined) return undefined
  const list = store.toLowerCase()
  const kind = list === 'appstore' ? 'store' : 'package'
  return { id: decode(full), list, member: family, kind, field: name.toLowerCase() }
}

function readLists(facts: readonly Fact[]): ReadonlyMap<string, ReadonlySet<string>> {
  const lists = new Map<string, ReadonlySet<string>>()
  for (const { uri, value, code } of facts) {
    const [, list] = LIST.exec(uri) ?? []
    // A list that was refused, or does not come as names, takes nothing away.
    if (list === undefined || code !== 200 || value === null) continue
    lists.set(list.toLowerCase(), new Set(value.split('/').map(toKey)))
  }
  return lists
}

function isListed(lists: ReadonlyMap<string, ReadonlySet<string>>, { list, member }: Place) {
  return lists.get(list)?.has(toKey(member)) ?? true
}

const toKey = (name: string) => decode(name).toLowerCase()

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** `CN=Contoso Ltd, O=…` is told as `Contoso Ltd`. */
const toName = (publisher: string | undefined) =>
  /^CN=("?)([^",]+)\1/i.exec(publisher ?? '')?.[2] ?? publisher
