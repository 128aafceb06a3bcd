import { z } from 'zod'
import { GraphError } from '../entra/graph/graph-error.ts'
import type { Reading } from './reading.ts'
import { applyMemberships, listStale } from './stale-memberships-store.ts'
import { findStream } from './streams-store.ts'
import { NO_COUNTS } from './sync-run.ts'

/** How many restored people a run asks about, so that it stays short; the next one goes on. */
const AT_ONCE = 200

const Page = z.object({
  value: z.array(z.object({ id: z.guid(), '@odata.type': z.string().optional() })),
  '@odata.nextLink': z.string().optional(),
})

/**
 * Asks for the groups of people who came back from Entra's recycle bin: what happened to their
 * memberships meanwhile is told by no delta query. Whom Graph does not answer about is asked about
 * again by the next run.
 */
export async function refreshMemberships(reading: Reading): Promise<void> {
  const { parts, work, setting } = reading
  const { db, clock } = parts
  const stale = await listStale(db, work.organization, AT_ONCE)
  if (stale.length === 0) return
  const generation = (await findStream(db, work.organization, 'groups'))?.generation ?? 1
  for (const person of stale) {
    const groups = await readGroupsOf(reading, person)
    if (groups === 'denied') return
    if (groups === 'refused') continue
    await work.inTurn(async () => {
      await db.transaction().execute(async (tx) => {
        const telling = { run: setting.run, now: clock.now() }
        const memberships = await applyMemberships(tx, work.organization, {
          person,
          groups: groups === 'gone' ? undefined : groups,
          generation,
          telling,
          rules: setting.rules,
        })
        const counts = { ...NO_COUNTS, memberships }
        await work.record(tx, { counts, problems: [], items: 0, pages: 0, stream: undefined })
      })
      work.committed()
    })
  }
}

/**
 * @returns `gone` when there is no such person again; `refused` when it is about this person only,
 *   `denied` when it will be the same for everybody.
 */
async function readGroupsOf(
  { work, client }: Reading,
  person: string,
): Promise<string[] | 'gone' | 'refused' | 'denied'> {
  const options = { signal: work.signal, watcher: work.watcher, priority: 'Low' } as const
  const found: string[] = []
  try {
    let target: string | undefined = `/users/${person}/memberOf?$select=id`
    while (target) {
      const answer = await client.graph.get(target, options)
      const page: z.infer<typeof Page> = Page.parse(answer.json)
      // Directory roles and administrative units come along, and are no groups.
      const groups = page.value.filter((one) => one['@odata.type'] === '#microsoft.graph.group')
      found.push(...groups.map((group) => group.id.toLowerCase()))
      target = page['@odata.nextLink']
    }
    return found
  } catch (error) {
    if (!(error instanceof GraphError) || error.status === 401 || error.status >= 500) throw error
    if (error.status === 404) return 'gone'
    // One person must not spoil the run for all others.
    return error.isDenied ? 'denied' : 'refused'
  }
}
