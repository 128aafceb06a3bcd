import { randomUUID } from 'node:crypto'
import { type Emulator, type EnrolmentFlow, WindowsDevice } from '@mooring/emulator'
import type { Api } from './api.ts'

/** What enrolling needs of the demo. */
type DeviceWorld = {
  readonly emulator: Emulator
  readonly server: { readonly url: string }
  readonly api: Api
  /** Those that have enrolled so far. */
  readonly devices: WindowsDevice[]
}
type Step = readonly [name: string, run: (world: DeviceWorld) => Promise<string>]

const ORG = '/organizations/default'

/** Simulated PCs come in every way there is; then what the server knows of them. */
export function enrolmentSteps(): readonly Step[] {
  return [
    ['enrol a laptop at its first start (Entra join)', (world) => enrol(world, oobe(world, 0))],
    [
      'enrol a PC from Windows’ settings (Entra join)',
      (world) => enrol(world, { kind: 'settings', user: personOf(world, 1) }),
    ],
    [
      'enrol somebody’s own PC by adding the work account',
      (world) => enrol(world, { kind: 'workAccount', user: personOf(world, 2) }),
    ],
    [
      'enrol a PC in device management only, through Mooring’s sign-in',
      (world) =>
        enrol(world, { kind: 'signIn', server: world.server.url, user: personOf(world, 3) }),
    ],
    ['enrol a PC with an enrolment token', enrolByToken],
    ['turn away a PC whose token has expired', turnAway],
    ['test enrolment from outside', testFromOutside],
    ['find every PC in the list of devices', listDevices],
  ]
}

const oobe = (world: DeviceWorld, number: number): EnrolmentFlow => ({
  kind: 'oobe',
  user: personOf(world, number),
})

/** A member of the tenant who may sign in, by number. */
function personOf({ emulator }: DeviceWorld, number: number): string {
  const members = emulator.directory.users.filter(
    ({ userType, accountEnabled }) => userType !== 'Guest' && accountEnabled,
  )
  const person = members[number]
  if (!person) throw new Error('the tenant has too few people')
  return person.userPrincipalName
}

async function enrol(world: DeviceWorld, flow: EnrolmentFlow): Promise<string> {
  const { emulator, server, devices } = world
  emulator.enrolment.setMobility({ serverUrl: server.url })
  const device = new WindowsDevice({ entra: emulator.enrolment })
  const report = await device.enrol(flow)
  if (!report.ok) throw new Error(`Windows shows ${report.code}: ${report.reason}`)
  devices.push(device)
  const whose = flow.kind === 'token' ? 'nobody’s' : `of ${flow.user}`
  return `${device.profile.name}, ${whose}`
}

async function enrolByToken(world: DeviceWorld): Promise<string> {
  const { token } = await world.api.callProven<{ token: string }>(
    'POST',
    `${ORG}/enrolments/tokens`,
    { name: 'Demo', ownership: 'corporate' },
  )
  return await enrol(world, { kind: 'token', server: world.server.url, token })
}

async function turnAway(world: DeviceWorld): Promise<string> {
  const { enrolment } = world.emulator
  const user = personOf(world, 4)
  const expired = () => enrolment.enrolmentToken({ user, deviceId: randomUUID(), spoil: 'expired' })
  const report = await new WindowsDevice({ entra: enrolment }).enrol(
    { kind: 'oobe', user },
    { token: expired },
  )
  if (report.ok) throw new Error('it was let in')
  const code = report.code ?? ''
  const { findings } = await world.api.call<{ findings: { title: string }[] }>(
    'GET',
    `${ORG}/enrolments/doctor?text=${encodeURIComponent(code)}`,
  )
  return `Windows shows ${code}; the doctor says: ${findings[0]?.title}`
}

type OutsideTest = { state: string; checks: { id: string; state: string; detail: string }[] }

async function testFromOutside({ api }: DeviceWorld): Promise<string> {
  const { checks } = await api.call<OutsideTest>('POST', `${ORG}/enrolments/outside-test`)
  const failed = checks.filter(({ state }) => state === 'failed')
  if (failed.length > 0)
    throw new Error(failed.map(({ id, detail }) => `${id}: ${detail}`).join(' '))
  const count = (wanted: string) => checks.filter(({ state }) => state === wanted).length
  return `${count('passed')} checks passed, ${count('skipped')} make no sense on this machine alone`
}

async function listDevices({ api, server }: DeviceWorld): Promise<string> {
  const { items } = await api.call<{ items: { state: string; ownership: string }[] }>(
    'GET',
    `${ORG}/devices`,
  )
  const enrolled = items.filter(({ state }) => state === 'enrolled')
  if (enrolled.length !== 5) throw new Error(`${enrolled.length} of 5 are there`)
  const own = enrolled.filter(({ ownership }) => ownership === 'personal').length
  return `${enrolled.length}, of which ${own} personal: ${server.url}/o/default/devices/all`
}
