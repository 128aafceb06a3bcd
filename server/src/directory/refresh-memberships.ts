import { z } from 'zod'
import { BATCH_SIZE } from '../entra/graph/batch.ts'
import { GraphError } from '../entra/graph/graph-error.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { memberKind } from './group-change.ts'
import type { Edge } from './plan-groups.ts'
import type { Reading, TakeOver } from './reading.ts'
import { applyMembers, listStaleGroups } from './stale-members-store.ts'
import { applyMemberships, listStale } from './stale-memberships-store.ts'
import type { PageResult } from './stream-kinds.ts'
import { findStream } from './streams-store.ts'
import { addCounts, NO_COUNTS } from './sync-run.ts'

/** How many restored people a run asks about, so that it stays short; the next one goes on. */
const AT_ONCE = 200

const Page = z.object({
  value: z.array(z.object({ id: z.guid(), '@odata.type': z.string().optional() })),
  '@odata.nextLink': z.string().optional(),
})

/** What came back from Entra's recycle bin. */
export type Stale = {
  readonly groups: readonly string[]
  readonly people: readonly string[]
  /** Of the last full round of groups: what is met now counts as met by it. */
  readonly generation: number
}

/** What is to be asked about next. */
export async function findStale(db: Db, organization: OrganizationId): Promise<Stale> {
  const groups = await listStaleGroups(db, organization, AT_ONCE)
  const people = await listStale(db, organization, AT_ONCE)
  const stream = await findStream(db, organization, 'groups')
  return { groups, people, generation: stream?.generation ?? 1 }
}

/** Asks for the members of groups, and the groups of people, that came back. */
export async function* refreshMemberships(
  reading: Reading,
  stale: Stale,
): AsyncGenerator<TakeOver> {
  yield* refreshGroups(reading, stale)
  yield* refreshPeople(reading, stale)
}

/** Who left a group while it was away, and which groups it is in itself, is told by no delta query. */
async function* refreshGroups(reading: Reading, stale: Stale): AsyncGenerator<TakeOver> {
  for (const some of inChunks(stale.groups, BATCH_SIZE / 2)) {
    const paths = some.flatMap((group) => [
      `/groups/${group}/members?$select=id`,
      `/groups/${group}/memberOf?$select=id`,
    ])
    const answers = await readAll(reading, paths)
    for (const [place, group] of some.entries()) {
      const [members, parents] = [answers[2 * place], answers[2 * place + 1]]
      if (!members || members === 'denied') return
      if (members === 'refused') continue
      yield (tx) => takeOver(tx, group, members, parents ?? 'refused')
    }
  }

  async function takeOver(
    tx: Db,
    group: string,
    members: readonly Listed[] | 'gone',
    parents: Read,
  ): Promise<PageResult> {
    const { organization } = reading.work
    const common = commonOf(reading, stale)
    const edges = members === 'gone' ? undefined : members.map((one) => toEdge(group, one))
    const inside = await applyMembers(tx, organization, { group, edges, ...common })
    const around =
      parents === 'denied' || parents === 'refused'
        ? NO_COUNTS.memberships
        : await applyMemberships(tx, organization, {
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
  }
}

const commonOf = ({ parts, setting }: Reading, { generation }: Stale) => ({
  generation,
  telling: { run: setting.run, now: parts.clock.now() },
  rules: setting.rules,
})

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
 * What happened to the memberships of people while they were away is told by no delta query. Whom
 * Graph does not answer about is asked about again by the next run.
 */
async function* refreshPeople(reading: Reading, stale: Stale): AsyncGenerator<TakeOver> {
  for (const some of inChunks(stale.people, BATCH_SIZE)) {
    const paths = some.map((person) => `/users/${person}/memberOf?$select=id`)
    const answers = await readAll(reading, paths)
    for (const [place, person] of some.entries()) {
      const read = answers[place]
      if (!read || read === 'denied') return
      if (read === 'refused') continue
      yield async (tx) => {
        const memberships = await applyMemberships(tx, reading.work.organization, {
          person,
          memberKind: 'user',
          groups: groupsOf(read),
          ...commonOf(reading, stale),
        })
        return { counts: { ...NO_COUNTS, memberships }, problems: [] }
      }
    }
  }
}

function* inChunks(ids: readonly string[], size: number): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += size) yield ids.slice(start, start + size)
}

type Listed = z.infer<typeof Page>['value'][number]

/**
 * `gone` when there is no such object again; `refused` when it is about this one only, `denied` when
 * it will be the same for all of them.
 */
type Read = readonly Listed[] | 'gone' | 'refused' | 'denied'

/** Reads lists to their ends: their first pages together, what follows one by one. */
async function readAll(reading: Reading, paths: readonly string[]): Promise<Read[]> {
  const { work, client } = reading
  const options = { signal: work.signal, watcher: work.watcher, priority: 'Low' } as const
  const answers = await client.graph.getEach(paths, options)
  const found: Read[] = []
  for (const one of answers) {
    found.push(one.kind === 'answer' ? await readRest(one.answer.json) : toRefusal(one.error))
  }
  return found

  async function readRest(first: unknown): Promise<Read> {
    const listed: Listed[] = []
    const seen = new Set<string>()
    for (let json = first; ; ) {
      const page = Page.safeParse(json).data
      if (!page) return 'refused'
      listed.push(...page.value)
      const next = page['@odata.nextLink']
      if (!next) return listed
      // A list that leads in a circle tells nothing of this one, and must not keep the run for ever.
      if (seen.has(next)) return 'refused'
      seen.add(next)
      try {
        json = (await client.graph.get(next, options)).json
      } catch (error) {
        if (error instanceof GraphError) return toRefusal(error)
        throw error
      }
    }
  }
}

/** @throws {GraphError} it is about none of them. */
function toRefusal(error: GraphError): 'gone' | 'refused' | 'denied' {
  if (error.status === 401 || error.status >= 500) throw error
  if (error.status === 404) return 'gone'
  // One of them must not spoil the run for all others.
  return error.isDenied ? 'denied' : 'refused'
}
