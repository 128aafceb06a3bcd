import { z } from 'zod'
import { GraphError } from '../entra/graph/graph-error.ts'
import { memberKind } from './group-change.ts'
import type { Edge } from './plan-groups.ts'
import type { Reading } from './reading.ts'
import { applyMembers, listStaleGroups } from './stale-members-store.ts'
import { applyMemberships, listStale } from './stale-memberships-store.ts'
import { findStream } from './streams-store.ts'
import { addCounts, NO_COUNTS } from './sync-run.ts'

/** How many restored people a run asks about, so that it stays short; the next one goes on. */
const AT_ONCE = 200

const Page = z.object({
  value: z.array(z.object({ id: z.guid(), '@odata.type': z.string().optional() })),
  '@odata.nextLink': z.string().optional(),
})

/**
 * Asks about what came back from Entra's recycle bin: the members of groups, and the groups of people.
 */
export async function refreshMemberships(reading: Reading): Promise<void> {
  await refreshGroups(reading)
  await refreshPeople(reading)
}

/** Who left a group while it was away, and which groups it is in itself, is told by no delta query. */
async function refreshGroups(reading: Reading): Promise<void> {
  const { parts, work, setting } = reading
  const { db, clock } = parts
  const stale = await listStaleGroups(db, work.organization, AT_ONCE)
  if (stale.length === 0) return
  const generation = (await findStream(db, work.organization, 'groups'))?.generation ?? 1
  for (const group of stale) {
    const read = await readAll(reading, `/groups/${group}/members?$select=id`)
    if (read === 'denied') return
    if (read === 'refused') continue
    const edges = read === 'gone' ? undefined : read.map((one) => toEdge(group, one))
    const parents = await readAll(reading, `/groups/${group}/memberOf?$select=id`)
    await work.commit(async (tx) => {
      const common = {
        generation,
        telling: { run: setting.run, now: clock.now() },
        rules: setting.rules,
      }
      const inside = await applyMembers(tx, work.organization, { group, edges, ...common })
      const around =
        parents === 'denied' || parents === 'refused'
          ? NO_COUNTS.memberships
          : await applyMemberships(tx, work.organization, {
              person: group,
              memberKind: 'group',
              groups: groupsOf(parents),
              ...common,
            })
      const counts = addCounts(
        { ...NO_COUNTS, memberships: inside },
        { ...NO_COUNTS, memberships: around },
      )
      return { counts, problems: [] }
    })
  }
}

/** Directory roles and administrative units come along, and are no groups. */
const groupsOf = (read: readonly Listed[] | 'gone'): string[] | undefined =>
  read === 'gone'
    ? undefined
    : read
        .filter((one) => memberKind(one['@odata.type']) === 'group')
        .map(({ id }) => id.toLowerCase())

const toEdge = (group: string, { id, '@odata.type': type }: Listed): Edge => ({
  group,
  member: id.toLowerCase(),
  memberKind: memberKind(type),
})

/**
 * Asks for the groups of people who came back from Entra's recycle bin: what happened to their
 * memberships meanwhile is told by no delta query. Whom Graph does not answer about is asked about
 * again by the next run.
 */
async function refreshPeople(reading: Reading): Promise<void> {
  const { parts, work, setting } = reading
  const { db, clock } = parts
  const stale = await listStale(db, work.organization, AT_ONCE)
  if (stale.length === 0) return
  const generation = (await findStream(db, work.organization, 'groups'))?.generation ?? 1
  for (const person of stale) {
    const read = await readAll(reading, `/users/${person}/memberOf?$select=id`)
    if (read === 'denied') return
    if (read === 'refused') continue
    const groups = groupsOf(read)
    await work.commit(async (tx) => {
      const memberships = await applyMemberships(tx, work.organization, {
        person,
        memberKind: 'user',
        groups,
        generation,
        telling: { run: setting.run, now: clock.now() },
        rules: setting.rules,
      })
      return { counts: { ...NO_COUNTS, memberships }, problems: [] }
    })
  }
}

type Listed = z.infer<typeof Page>['value'][number]

/**
 * @returns `gone` when there is no such object again; `refused` when it is about this one only,
 *   `denied` when it will be the same for all of them.
 */
async function readAll(
  { work, client }: Reading,
  path: string,
): Promise<Listed[] | 'gone' | 'refused' | 'denied'> {
  const options = { signal: work.signal, watcher: work.watcher, priority: 'Low' } as const
  const found: Listed[] = []
  const seen = new Set<string>()
  try {
    for (let target: string | undefined = path; target; ) {
      // A list that leads in a circle tells nothing of this one, and must not keep the run for ever.
      if (seen.has(target)) return 'refused'
      seen.add(target)
      const answer = await client.graph.get(target, options)
      const page: z.infer<typeof Page> | undefined = Page.safeParse(answer.json).data
      if (!page) return 'refused'
      found.push(...page.value)
      target = page['@odata.nextLink']
    }
    return found
  } catch (error) {
    if (!(error instanceof GraphError) || error.status === 401 || error.status >= 500) throw error
    if (error.status === 404) return 'gone'
    // One of them must not spoil the run for all others.
    return error.isDenied ? 'denied' : 'refused'
  }
}
