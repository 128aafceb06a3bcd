import { setTimeout as delay } from 'node:timers/promises'
import type { WindowsDevice } from '@mooring/emulator'
import type { Api } from './api.ts'

/** What managing needs of the demo: PCs that have enrolled. */
type ManagedWorld = { readonly api: Api; readonly devices: readonly WindowsDevice[] }
type Step = readonly [name: string, run: (world: ManagedWorld) => Promise<string>]

const ORG = '/organizations/default'

/** The PCs come, tell how they are, and do what they are told. */
export function managementSteps(): readonly Step[] {
  return [
    ['have a management session with each PC', haveSessions],
    ['read how safe a PC is by what it says of itself', readFacts],
    ['give a PC a command, have it come, and see what came of it', giveCommand],
    ['write a setting, have its user change it, and see that in its history', seeDrift],
  ]
}

type Items<T> = { readonly items: readonly T[] }
type Fact = { readonly uri: string; readonly value: string | null }
type Command = { readonly state: string; readonly result: { readonly text: string } | null }
type Change = {
  readonly uri: string
  readonly before: string | null
  readonly after: string | null
}

const STATUS = './Device/Vendor/MSFT/DeviceStatus'
const FIREWALL = './Device/Vendor/MSFT/Firewall/MdmStore/PublicProfile/EnableFirewall'

/** Has a session with a PC. @throws {Error} when the server did what Windows does not take. */
async function comes(device: WindowsDevice) {
  const report = await device.checkIn()
  const [wrong] = report.violations
  if (wrong) throw new Error(`${device.profile.name} refuses: ${wrong.kind}, ${wrong.detail}`)
  if (!report.ok) throw new Error(`${device.profile.name}: ${report.end}, ${report.reason}`)
  return report
}

async function haveSessions({ devices }: ManagedWorld): Promise<string> {
  let messages = 0
  for (const device of devices) messages += (await comes(device)).messages
  return `${devices.length} sessions, ${messages} messages, each proven by the PC’s certificate`
}

async function readFacts(world: ManagedWorld): Promise<string> {
  const { api } = world
  const { name, path } = await firstOf(world)
  const { items } = await api.call<Items<Fact>>('GET', `${path}/facts`)
  const told = (uri: string) => items.find((fact) => fact.uri === uri)?.value ?? 'unknown'
  const secureBoot = told(`${STATUS}/SecureBootState`) === '1' ? 'on' : 'not on'
  const firewall = told(`${STATUS}/Firewall/Status`) === '0' ? 'on' : 'not on'
  return `${name}: ${items.length} facts; Secure Boot ${secureBoot}, firewall ${firewall}`
}

async function giveCommand(world: ManagedWorld): Promise<string> {
  const { api } = world
  const { name, path, device } = await firstOf(world)
  const scan = { kind: 'defenderScan' }
  const waiting = await api.call<Command>('POST', `${path}/commands`, scan)
  await comes(device)
  const { state, result } = await lastCommand(api, path)
  if (state !== 'succeeded') throw new Error(`it is ${state}: ${result?.text}`)
  return `scan of ${name}: ${waiting.state}, then ${state} (“${result?.text}”)`
}

async function seeDrift(world: ManagedWorld): Promise<string> {
  const { api } = world
  const { name, path, device } = await firstOf(world)
  const write = { verb: 'Replace', uri: FIREWALL, format: 'bool', data: 'true' }
  const operations = [write, { verb: 'Get', uri: FIREWALL }]
  await api.callProven('POST', `${path}/commands`, { kind: 'syncml', operations })
  await comes(device)
  const { state, result } = await lastCommand(api, path)
  if (state !== 'succeeded') throw new Error(`the setting is ${state}: ${result?.text}`)
  device.drift(FIREWALL, 'false')
  await api.call('POST', `${path}/commands`, { kind: 'sync' })
  await comes(device)
  const { items } = await api.call<Items<Change>>('GET', `${path}/facts/changes`)
  const change = items.find(({ uri }) => uri === `${STATUS}/Firewall/Status`)
  if (!change) throw new Error('its history does not know')
  return `firewall of ${name}: status ${change.before} became ${change.after}`
}

async function lastCommand(api: Api, path: string): Promise<Command> {
  const { items } = await api.call<Items<Command>>('GET', `${path}/commands?limit=1`)
  const [last] = items
  if (!last) throw new Error('the command is not there')
  return last
}

async function firstOf({ api, devices }: ManagedWorld) {
  const [device] = devices
  if (!device) throw new Error('no PC has enrolled')
  const { name } = device.profile
  const { items } = await api.call<Items<{ id: string }>>('GET', `${ORG}/devices?search=${name}`)
  return { device, name, path: `${ORG}/devices/${items[0]?.id}` }
}

/** Real PCs come every few minutes; whoever tries things out wants to see what happens. */
const COME_EVERY_MS = 10_000

/** Has the PCs come again and again, so that commands given in the portal are carried out; until it is over. */
export async function keepComing(
  devices: readonly WindowsDevice[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const device of devices) {
      // One that was wiped or left comes no more, and one that is refused tries again like any PC.
      if (!device.enrolment || signal.aborted) continue
      await device.checkIn()
      if (device.isRebootPending) device.finishReboot()
    }
    await delay(COME_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
