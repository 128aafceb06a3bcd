import type { DeviceProfile } from '../profile.ts'
import type { DeviceEnrolment } from '../provision.ts'
import { type DeviceFacts, usualFacts } from './facts.ts'

/** A value that the server wrote, or the local user changed. */
export type Written = { readonly path: string; readonly value: string }

/** Work that takes its time: done when the device's clock says so. */
export type Job = {
  readonly kind:
    | 'encrypt'
    | 'rotateRecoveryPasswords'
    | 'resetLapsPassword'
    | 'scan'
    | 'updateSignature'
    | 'installMsi'
    | 'collectLogs'
  /** ISO. */
  readonly doneAt: string
  /** What it is about: a path, a request id, the kind of scan. */
  readonly about: string
}

/** What the next session has to tell. */
export type PendingAlert = {
  readonly code: 1224 | 1226
  readonly type: string
  readonly source?: string
  readonly format?: string
  readonly data: string
}

/** What is to happen when the session is over. */
export type WipeKind =
  | 'doWipe'
  | 'doWipeProtected'
  | 'doWipePersistProvisionedData'
  | 'doWipePersistUserData'
  | 'doWipeCloud'
  | 'doWipeCloudPersistUserData'
  | 'doWipeCloudPersistProvisionedData'
  | 'doAutomaticRedeployment'

/** All of a PC that changes. Plain data: it is kept in a file between two commands. */
export type MachineState = {
  facts: { -readonly [K in keyof DeviceFacts]?: DeviceFacts[K] | undefined }
  /** By the path's key. */
  written: Record<string, Written>
  /** Nodes that a test lets fail, by the path's key. */
  refusals: Record<string, { status: number; originalError?: string }>
  jobs: Job[]
  alerts: PendingAlert[]
  /** Since when a restart is due, and what for. */
  reboot?: { since: string; for: 'server' | 'rename' }
  newName?: string
  wipe?: WipeKind
  unenrol?: 'server' | 'user'
  renewNow?: boolean
  startAgain?: boolean
  /** SessionID of the last session; counts on for the life of an enrolment. */
  sessions: number
  /** Sessions that the schedule started, and when it began. */
  polls: number
  enrolledAt?: string
  lastSessionAt?: string
  /** The nonce for the next credentials, base64. */
  nonce?: string
  /** How the last of a kind of work ended, by its name. */
  outcomes: Record<string, string>
}

/** What a device needs of the push service. */
export type PushSide = {
  openChannel(owner: string, familyName: string): string
  /** @returns stops listening */
  listen(owner: string, onCall: () => void): () => void
}

/** A PC as its configuration service providers see it. */
export type Machine = {
  profile: DeviceProfile
  entraDeviceId: string | undefined
  enrolment: DeviceEnrolment | undefined
  state: MachineState
  /** Microsoft's push service; without it, the channel is one that nobody answers. */
  readonly push?: PushSide | undefined
  /** The PC's own clock. */
  readonly now: () => Date
}

export function newState(): MachineState {
  return {
    facts: {},
    written: {},
    refusals: {},
    jobs: [],
    alerts: [],
    sessions: 0,
    polls: 0,
    outcomes: {},
  }
}

/** A fact of the PC: as set, or as usual. */
export function fact<K extends keyof DeviceFacts>(machine: Machine, name: K): DeviceFacts[K] {
  const { facts } = machine.state
  const set = facts[name]
  return Object.hasOwn(facts, name) ? (set as DeviceFacts[K]) : usualFacts[name] // what was set has the type
}

/** Sets a fact. */
export function setFact<K extends keyof DeviceFacts>(
  machine: Machine,
  name: K,
  value: DeviceFacts[K],
): void {
  machine.state.facts[name] = value
}

/** Begins work that ends by the clock. */
export function startJob(
  machine: Machine,
  kind: Job['kind'],
  minutes: number,
  about: string,
): void {
  const doneAt = new Date(machine.now().getTime() + minutes * 60_000).toISOString()
  const others = machine.state.jobs.filter((job) => job.kind !== kind || job.about !== about)
  machine.state.jobs = [...others, { kind, doneAt, about }]
}

export function isUnderWay(machine: Machine, kind: Job['kind']): boolean {
  return machine.state.jobs.some((job) => job.kind === kind)
}

export type Edition = 'Home' | 'Pro' | 'Enterprise' | 'Education' | 'other'

/** The edition by GetProductInfo. */
export function editionOf({ profile }: Machine): Edition {
  const names: Readonly<Record<number, Edition>> = {
    4: 'Enterprise',
    48: 'Pro',
    101: 'Home',
    121: 'Education',
  }
  return names[profile.edition] ?? 'other'
}
