import { setTimeout as delay } from 'node:timers/promises'
import { type Emulator, signInAs, type WindowsDevice } from '@mooring/emulator'
import type { Api } from './api.ts'

/** What compliance needs of the demo: a tenant, and PCs that are managed. */
type CompliantWorld = {
  readonly emulator: Emulator
  readonly server: { readonly url: string }
  readonly api: Api
  readonly devices: readonly WindowsDevice[]
}
type Step = readonly [name: string, run: (world: CompliantWorld) => Promise<string>]

const ORG = '/organizations/default'
/** Devices are judged, and Entra is told, every five seconds; where the cores are busy, later. */
const PATIENCE_MS = 60_000

/** Devices are judged, Entra is told, and Conditional Access acts on it. */
export function complianceSteps(): readonly Step[] {
  return [
    ['ask of each PC that its drive is encrypted, and tell Entra who is compliant', tellEntra],
    ['have Entra refuse a person whose PC is not compliant any more', keepOut],
    ['mend the PC, and have Entra let the person in', letIn],
  ]
}

async function tellEntra(world: CompliantWorld): Promise<string> {
  const { api, devices } = world
  await api.callProven('PUT', `${ORG}/compliance/rules`, {
    rules: [{ id: 'disk', check: { kind: 'encrypted' }, graceDays: 0 }],
  })
  const settings = { mode: 'on', paused: false, untoldCounts: false }
  await api.callProven('PUT', `${ORG}/compliance/settings`, settings)
  const { device } = await firstOf(world)
  const joined = devices.filter(({ entraDeviceId }) => entraDeviceId !== undefined)
  await encrypt(world, device, 'on')
  await until(() => joined.every((one) => inEntra(world, one)?.isManaged === true))
  await until(() => inEntra(world, device)?.isCompliant === true)
  const good = joined.filter((one) => inEntra(world, one)?.isCompliant === true).length
  return `Entra has ${joined.length} managed PCs, ${good} of them compliant`
}

async function keepOut(world: CompliantWorld): Promise<string> {
  const { emulator } = world
  const { device, person } = await firstOf(world)
  emulator.signIn.addPolicy({ control: 'compliantDevice', users: [person.id] })
  const objectId = inEntra(world, device)?.id
  emulator.signIn.useDevice(person.id, objectId)
  await encrypt(world, device, 'off')
  await until(() => inEntra(world, device)?.isCompliant === false)
  const end = await trySignIn(world, person)
  if (end.kind !== 'refused' || end.code !== 53000) throw new Error(`it ended with ${end.kind}`)
  return `${person.displayName}: AADSTS${end.code}, ${device.profile.name} is not compliant`
}

async function letIn(world: CompliantWorld): Promise<string> {
  const { device, person } = await firstOf(world)
  await encrypt(world, device, 'on')
  await until(() => inEntra(world, device)?.isCompliant === true)
  const end = await trySignIn(world, person)
  if (end.kind !== 'answer') throw new Error(`it ended with ${end.kind}`)
  return `${person.displayName} is let in`
}

/** Somebody switches encryption of a PC on or off, and it comes to tell. */
async function encrypt({ api }: CompliantWorld, device: WindowsDevice, bitLocker: 'on' | 'off') {
  device.set({ bitLocker })
  const { name } = device.profile
  const { items } = await api.call<{ items: { id: string }[] }>(
    'GET',
    `${ORG}/devices?search=${name}`,
  )
  await api.call('POST', `${ORG}/devices/${items[0]?.id}/commands`, { kind: 'sync' })
  const report = await device.checkIn()
  if (!report.ok) throw new Error(`${name}: ${report.end}, ${report.reason}`)
}

/** The person's sign-in at Mooring, as far as Entra lets it come. */
async function trySignIn(
  { emulator, server }: CompliantWorld,
  person: Emulator['directory']['users'][number],
) {
  const started = await fetch(`${server.url}/api/v1/sign-in/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ organization: 'default' }),
  })
  const { redirectTo: url } = (await started.json()) as { redirectTo: string }
  return await signInAs(person, { url, emulator })
}

const inEntra = ({ emulator }: CompliantWorld, { entraDeviceId }: WindowsDevice) =>
  emulator.directory.devices.find(({ deviceId }) => deviceId === entraDeviceId)

/** The first PC that has joined, and whose it is. */
async function firstOf({ emulator, devices }: CompliantWorld) {
  const device = devices.find(({ entraDeviceId }) => entraDeviceId !== undefined)
  const person = emulator.directory.users.find(
    ({ userType, accountEnabled }) => userType !== 'Guest' && accountEnabled,
  )
  if (!device || !person) throw new Error('no PC has joined the tenant')
  return { device, person }
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!isSo()) {
    if (Date.now() > end) throw new Error('Entra was not told within a minute')
    await delay(200)
  }
}
