import assert from 'node:assert/strict'
import { fillGroup, flipDynamicGroup } from '@mooring/emulator'
import { sql } from 'kysely'
import { readRound } from '../src/directory/read-round.ts'
import { DEFAULT_SETTINGS } from '../src/directory/settings.ts'
import { firstCall, STREAM_KINDS } from '../src/directory/stream-kinds.ts'
import { findRun } from '../src/directory/sync-runs-store.ts'
import type { OrganizationId } from '../src/platform/organization-id.ts'
import type { connectedWorld } from './connected.ts'
import { openGroups } from './tenant-life.ts'

type World = Awaited<ReturnType<typeof connectedWorld>>

/** A tenant in which one dynamic group is larger than all others together. */
export async function largeGroup(world: World, organization: OrganizationId, members: number) {
  const { emulator, db } = world
  const { directory } = emulator
  const group = openGroups(directory)[0]?.id ?? ''
  fillGroup(directory, group, members)
  // Groups alone: whose members they are is not asked here, and people would take the longest.
  await world.connect(organization, { syncUsers: false })

  return {
    /** Reads the whole of it, and brings it here. */
    async load(): Promise<void> {
      const { id } = await world.sync(organization)
      const run = await findRun(db, organization, id)
      assert.ok((run?.counts.memberships.added ?? 0) >= members)
      await this.compare()
    },

    /** Its rule changes: so many go and as many others come. */
    async flip(count: number): Promise<void> {
      const { added, removed } = flipDynamicGroup(directory, group, { add: count, remove: count })
      assert.deepEqual([added.length, removed.length], [count, count])
      const { id } = await world.sync(organization)
      const run = await findRun(db, organization, id)
      assert.deepEqual(run?.counts.memberships, { added: count, removed: count })
      await this.compare()
    },

    /** @throws {AssertionError} where the copy's members are not the tenant's. */
    async compare(): Promise<void> {
      const { rows } = await sql<{ id: string }>`
        select member_entra_id as id from directory_memberships
        where organization_id = ${organization} and group_entra_id = ${group}`.execute(db)
      const here = new Set(rows.map(({ id }) => id))
      const there = directory.members(group)
      assert.deepEqual([rows.length, here.size], [there.length, there.length])
      assert.ok(there.every(({ id }) => here.has(id)))
    },

    /**
     * Reads the round as a run does, by somebody who takes their time.
     *
     * @returns the most members handed out at once, the most pages of Graph's that waited, and all.
     */
    async readSlowly(batchSize: number) {
      const client = await world.clients.find(organization)
      assert.ok(client)
      const most = { members: 0, waiting: 0 }
      let all = 0
      let taken = 0
      emulator.log.clear()
      const options = {
        watcher: { request: () => undefined, waiting: async () => undefined },
        signal: new AbortController().signal,
        batchSize,
      }
      const first = firstCall(STREAM_KINDS.groups, DEFAULT_SETTINGS)
      for await (const page of readRound(client.graph, first, options)) {
        taken += page.pages
        const members = page.items.reduce((sum, item) => sum + membersIn(item), 0)
        most.members = Math.max(most.members, members)
        all += members
        // As long as a write would take, so that reading gets ahead as far as it may.
        await emulatorIsQuiet(world)
        most.waiting = Math.max(most.waiting, asked(world) - taken)
      }
      return { ...most, all }
    },
  }
}

const membersIn = (item: Readonly<Record<string, unknown>>): number => {
  const members = item['members@delta']
  return Array.isArray(members) ? members.length : 0
}

const asked = ({ emulator }: World) => emulator.log.count({ path: '/v1.0/groups/delta' })

/** Until a few turns of the event loop have brought no further request. */
async function emulatorIsQuiet(world: World): Promise<void> {
  for (let quiet = 0, before = asked(world); quiet < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    const now = asked(world)
    quiet = now === before ? quiet + 1 : 0
    before = now
  }
}
