import type { Api } from '../demo/api.ts'
import { ORG, readAll } from './mooring.ts'
import type { Truth } from './truth.ts'

/** What somebody has read of a tenant, as sorted lines `user …`, `group …`, `edge <group> <member>`. */
export type Reading = readonly string[]

/** What a reader can see at all; the rest of the truth is not asked of it. */
export type Sight = {
  /** What it does not see, for people. */
  readonly blindFor: string
  readonly user: (user: Truth['users'][number]) => boolean
  readonly group: (group: Truth['groups'][number]) => boolean
  /** Of a membership between objects of which it sees those that it can see. */
  readonly memberKind: (kind: Truth['edges'][number]['kind']) => boolean
}

const all = () => true

/** Besides, nobody here sees the members of groups that hide them: the app may not. */
export const SIGHTS = {
  mooring: { blindFor: '', user: all, group: all, memberKind: all },
  'graph-client': {
    blindFor: 'service principals as members (Graph v1.0 does not list them)',
    user: all,
    group: all,
    memberKind: (kind) => kind !== 'servicePrincipal',
  },
  backstage: {
    blindFor:
      'disabled people, people and groups without a display name, members that are neither people nor groups',
    user: ({ displayName, accountEnabled }) => Boolean(displayName) && accountEnabled !== false,
    group: ({ displayName }) => Boolean(displayName),
    memberKind: (kind) => kind === 'user' || kind === 'group',
  },
} as const satisfies Record<string, Sight>

/** What a reader with this sight should have read. */
export function expectedOf(truth: Truth, sight: Sight): Reading {
  const users = new Set(truth.users.filter(sight.user).map(({ id }) => id))
  const groups = new Set(truth.groups.filter(sight.group).map(({ id }) => id))
  const edges = truth.edges.filter(
    ({ group, member, kind }) =>
      groups.has(group) &&
      sight.memberKind(kind) &&
      (kind !== 'user' || users.has(member)) &&
      (kind !== 'group' || groups.has(member)),
  )
  return sorted([
    ...Array.from(users, (id) => `user ${id}`),
    ...Array.from(groups, (id) => `group ${id}`),
    ...edges.map(({ group, member }) => `edge ${group} ${member}`),
  ])
}

/**
 * Sorts, and leaves out groups that are members of themselves: the emulator's random changes make
 * such, Entra does not, and Mooring does not list them.
 */
export function sorted(lines: string[]): Reading {
  return lines.filter((line) => !isOfItself(line)).sort()
}

function isOfItself(line: string): boolean {
  const [kind, group, member] = line.split(' ')
  return kind === 'edge' && group === member
}

/** The numbers of people, groups and memberships, of who keeps nothing else. */
export function countReading(reading: Reading): Reading {
  const count = (kind: string) => reading.filter((line) => line.startsWith(kind)).length
  return [`edges ${count('edge ')}`, `groups ${count('group ')}`, `users ${count('user ')}`]
}

const AT_ONCE = 4

/** Everything that Mooring has, as its API lists it. */
export async function readMooring(api: Api): Promise<Reading> {
  const lines: string[] = []
  for (const { entraId } of await readAll<{ entraId: string }>(api, `${ORG}/directory/users`))
    lines.push(`user ${entraId}`)
  const groups = await readAll<{ id: string; entraId: string }>(api, `${ORG}/directory/groups`)
  const waiting = [...groups]
  const work = async () => {
    for (let group = waiting.pop(); group; group = waiting.pop()) {
      const path = `${ORG}/directory/groups/${group.id}/members`
      for (const member of await readAll<{ entraId: string }>(api, path))
        lines.push(`edge ${group.entraId} ${member.entraId}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return sorted([...lines, ...groups.map(({ entraId }) => `group ${entraId}`)])
}

/** @returns what is wrong, in one sentence; `undefined` when both are the same. */
export function findDifference(read: Reading, expected: Reading): string | undefined {
  if (read.length === expected.length && read.every((line, place) => line === expected[place]))
    return undefined
  const missing = firstNotIn(expected, read)
  const surplus = firstNotIn(read, expected)
  return `${read.length} lines read, ${expected.length} expected; missing: ${missing}; too many: ${surplus}`
}

function firstNotIn(lines: Reading, others: Reading): string {
  const known = new Set(others)
  return lines.find((line) => !known.has(line)) ?? 'none, but some come twice'
}
