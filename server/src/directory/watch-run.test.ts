import type { SyncRun } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { type Clock, steppingClock, systemClock } from '../platform/clock.ts'
import { watchRun } from './watch-run.ts'

/** A run of which only the state matters here. */
const inState = (state: SyncRun['state'], requests = 0) => ({ state, requests }) as SyncRun
/** Browsers are told first how soon to come again. */
const retry = 'retry: 250\n\n'
const event = (run: SyncRun) => `event: run\ndata: ${JSON.stringify(run)}\n\n`

function watch(runs: readonly (SyncRun | undefined)[], clock: Clock = steppingClock(new Date(0))) {
  let looks = 0
  const find = async () => runs[Math.min(looks++, runs.length - 1)]
  return { events: watchRun({ clock, find }), looked: () => looks }
}

async function readAll(events: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const text of events) all.push(text)
  return all
}

test('a run is told each time it differs, and its end is the last thing told', async () => {
  const [queued, running, over] = [inState('queued'), inState('running', 1), inState('succeeded')]
  const { events } = watch([queued, queued, running, running, running, over])

  expect(await readAll(events)).toEqual([retry, ...[queued, running, over].map(event)])
})

test.each(['held', 'succeeded', 'failed', 'cancelled'] as const)(
  'one that is %s already is told once',
  async (state) => {
    expect(await readAll(watch([inState(state)]).events)).toEqual([retry, event(inState(state))])
  },
)

test('one that is deleted meanwhile ends without a word', async () => {
  expect(await readAll(watch([inState('running'), undefined]).events)).toHaveLength(2)
})

test('a comment every fifteen seconds tells that somebody still looks', async () => {
  const clock = steppingClock(new Date(0))
  const runs = [...Array<SyncRun>(61).fill(inState('running')), inState('failed')]

  const all = await readAll(watch(runs, clock).events)

  expect(all).toEqual([
    retry,
    event(inState('running')),
    ': still here\n\n',
    ': still here\n\n',
    event(inState('failed')),
  ])
  expect(clock.now().getTime()).toBe(61 * 500)
})

test('whoever looks on for almost a minute has to come again', async () => {
  const clock = steppingClock(new Date(0))

  const all = await readAll(watch([inState('running')], clock).events)

  expect(clock.now()).toEqual(new Date(55_000))
  expect(all.filter((text) => text.startsWith('event:'))).toHaveLength(1)
})

test('nobody looks any more once the listener is gone, even in the middle of a pause', async () => {
  const { events, looked } = watch([inState('running')], systemClock)
  const listener = events[Symbol.asyncIterator]()
  await listener.next()
  await listener.next()
  const next = listener.next()

  await listener.return?.()

  expect(await next).toEqual({ done: true, value: undefined })
  expect(looked()).toBe(1)
})
