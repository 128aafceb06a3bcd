import assert from 'node:assert/strict'
import { findChangesOfRun, readChangesOfRun } from '../src/directory/changes-store.ts'
import { approveHeldRun } from '../src/directory/decide-run.ts'
import { runSync } from '../src/directory/index.ts'
import { lastChangeNumber } from '../src/directory/record-changes-store.ts'
import { findRun } from '../src/directory/sync-runs-store.ts'
import type { OrganizationId } from '../src/platform/organization-id.ts'
import type { connectedWorld } from './connected.ts'
import type { Dice } from './dice.ts'
import { happen, noMemory } from './tenant-life.ts'

type World = Awaited<ReturnType<typeof connectedWorld>>

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * An organization, loaded before, that tries each run out before it carries it out. What the dry run
 * shows must be what the run then does: the same differences, counts and reasons to be held.
 */
export function triedOutLife(world: World, organization: OrganizationId, roll: Dice) {
  const { db, clock, emulator } = world
  // A watched life may have gone before.
  const memory = noMemory(1_000_000)
  const signal = new AbortController().signal
  const seen = { changes: 0, holds: 0 }

  async function changesOf(run: string): Promise<string[]> {
    const of = await findChangesOfRun(db, organization, run)
    assert.ok(of)
    const told: string[] = []
    for await (const rows of readChangesOfRun(db, organization, of)) {
      for (const row of rows) {
        // Our id of somebody who is new is drawn anew each time.
        const { number: _number, at: _at, runId: _run, objectId: _id, ...change } = row
        told.push(JSON.stringify(change))
      }
    }
    return told.toSorted()
  }

  async function tryOut(mode: 'delta' | 'full') {
    const number = await lastChangeNumber(db, organization)
    const before = await world.copy(organization)
    const { id } = await world.sync(organization, mode, signal, true)
    assert.equal(await lastChangeNumber(db, organization), number, 'a dry run writes no feed')
    assert.deepEqual(await world.copy(organization), before, 'a dry run changes nothing')
    return { changes: await changesOf(id), ...(await shown(id)) }
  }

  async function shown(id: string) {
    const run = await findRun(db, organization, id)
    assert.ok(run)
    return { counts: run.counts, holds: run.holds }
  }

  async function carryOut(mode: 'delta' | 'full') {
    const { id, outcome } = await world.sync(organization, mode)
    const { holds } = await shown(id)
    if (outcome.kind === 'held') {
      seen.holds += 1
      const starting = { db, clock, enqueue: async () => undefined }
      const decision = { run: id, by: 'a test', reason: null }
      await approveHeldRun(starting, organization, decision)
      await runSync(world.parts, organization, id, signal)
    }
    const { counts } = await shown(id)
    return { changes: await changesOf(id), counts, holds }
  }

  return {
    seen,
    /** Up to so many things happen, and what a dry run says of them comes to be. */
    async day(happenings: number): Promise<void> {
      await clock.wait((1 + roll(12)) * DAY_MS)
      for (let left = 1 + roll(happenings); left > 0; left -= 1) {
        happen(emulator.directory, roll, memory)
      }
      emulator.scenario.delta.pageSizes = [2 + roll(20), 1 + roll(9)]
      emulator.scenario.delta.replayVersions = roll(12)
      const mode = roll(4) === 0 ? 'full' : 'delta'
      const expected = await tryOut(mode)

      const done = await carryOut(mode)

      const differences = {
        shown: expected.changes.filter((change) => !done.changes.includes(change)),
        done: done.changes.filter((change) => !expected.changes.includes(change)),
      }
      assert.deepEqual(differences, { shown: [], done: [] }, `the differences of a ${mode} run`)
      assert.equal(done.changes.length, expected.changes.length, 'each is told once')
      assert.deepEqual(done.counts, expected.counts, 'what it counts')
      assert.deepEqual(done.holds, expected.holds, 'why it is held')
      seen.changes += done.changes.length
    },
  }
}
