import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Emulator,
  type EnrolmentFlow,
  prepareLoad,
  runLoad,
  startEmulator,
  swarm,
} from '../index.ts'
import { type ScriptedServer, startScriptedServer } from './testing/scripted-server.ts'

let emulator: Emulator
let server: ScriptedServer

beforeAll(async () => {
  emulator = await startEmulator({ users: 20, groups: 5 })
  server = await startScriptedServer()
  emulator.enrolment.setMobility({ serverUrl: server.url })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await emulator.stop()
})

const people = () =>
  emulator.directory.users.filter(
    ({ accountEnabled, userType }) => accountEnabled && userType !== 'Guest',
  )
const flow = (number: number): EnrolmentFlow => ({
  kind: 'oobe',
  user: people()[number % people().length]?.id ?? '',
})

test('a swarm enrols everybody, each device with a name of its own', async () => {
  const names = new Set<string>()

  const result = await swarm({
    entra: emulator.enrolment,
    count: 12,
    keys: 2,
    flow,
    onReport: (_report, device) => names.add(device.profile.name),
  })

  expect(result).toMatchObject({ enrolled: 12, failed: 0, byCode: {} })
  expect(names.size).toBe(12)
  expect(result.p95Ms).toBeGreaterThan(0)
})

test('a light load sends what a strict device sends, in the same order', async () => {
  const users = people().map(({ id }) => id)
  const from = server.received.length
  const prepared = await prepareLoad(emulator.enrolment, users, 4)

  const result = await runLoad(prepared, { entra: emulator.enrolment, strictEvery: 4, atOnce: 1 })

  expect(result).toMatchObject({ enrolled: 4, failed: 0 })
  const kinds = server.received
    .slice(from)
    .map(({ method, url, headers, body }) =>
      [
        method,
        new URL(url, server.url).pathname,
        headers['content-type'],
        [...body.matchAll(/Name="(\w+)"/g)].map(([, name]) => name).toSorted(),
      ].join(' '),
    )
  expect(kinds).toHaveLength(20)
  expect(kinds.slice(0, 5)).toEqual(kinds.slice(15))
})

test('a swarm at a rate takes as long as the rate says, and counts what fails by code', async () => {
  server.script.answer = (received, good) =>
    received.url.includes('Enrollment.svc') ? { ...good, status: 429 } : good

  const result = await swarm({ entra: emulator.enrolment, count: 6, keys: 1, perSecond: 20, flow })

  expect(result).toMatchObject({ enrolled: 0, failed: 6, byCode: { '0x80180033': 6 } })
  expect(result.seconds).toBeGreaterThanOrEqual(0.25)
})
