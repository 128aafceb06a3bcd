import { generateKeyPair, randomUUID, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { EnrolmentRefused } from '../entra/enrolment.ts'
import { checkIn, finishReboot } from './check-in.ts'
import { valueAt } from './csp/carry-out.ts'
import type { DeviceFacts } from './csp/facts.ts'
import { fact, type Machine, type MachineState, newState, type WipeKind } from './csp/machine.ts'
import { toFullPath, toKey } from './csp/path.ts'
import { settle } from './csp/settle.ts'
import { locate } from './csp/tree.ts'
import { forget, write } from './csp/written.ts'
import type {
  CheckInOptions,
  CheckInReport,
  DeviceOptions,
  DeviceReport,
} from './device-options.ts'
import { enrolDevice } from './enrol-device.ts'
import type { EnrolParts } from './enrol-parts.ts'
import type { EnrolmentFlow } from './flow.ts'
import { nextInterval, readSchedule } from './next-check-in.ts'
import { type DeviceProfile, makeProfile } from './profile.ts'
import type { DeviceEnrolment } from './provision.ts'
import { Recorder } from './recorder.ts'
import { renewCertificate } from './renew-certificate.ts'
import type { Tampering } from './tampering.ts'
import { startTransport } from './transport.ts'
import { codes, type Fault, WindowsError } from './windows-error.ts'
import { wipe } from './wipe.ts'

type Kept = {
  readonly profile: DeviceProfile
  readonly entraDeviceId?: string
  readonly enrolment?: DeviceEnrolment
  readonly state?: MachineState
}

const generate = promisify(generateKeyPair)

/**
 * A simulated Windows PC, as strict as the real one: it refuses whatever Windows would refuse, with
 * Windows' own codes.
 */
export class WindowsDevice {
  readonly #machine: Machine
  readonly #options: DeviceOptions

  constructor(options: DeviceOptions = {}) {
    this.#options = options
    const base = options.now ?? (() => new Date())
    const machine: Machine = {
      profile: makeProfile(options.profile),
      entraDeviceId: undefined,
      enrolment: undefined,
      state: newState(),
      push: options.push,
      now: () => new Date(base().getTime() + fact(machine, 'clockOffMs')),
    }
    this.#machine = machine
  }

  /** Takes up a device where it was left off. @param text from `JSON.stringify(device)` */
  static fromJson(text: string, options: DeviceOptions = {}): WindowsDevice {
    const kept: Kept = JSON.parse(text)
    const device = new WindowsDevice({ ...options, profile: kept.profile })
    Object.assign(device.#machine, {
      entraDeviceId: kept.entraDeviceId,
      enrolment: kept.enrolment,
      state: kept.state ?? newState(),
    })
    return device
  }

  get profile(): DeviceProfile {
    return this.#machine.profile
  }

  /** The device id in Entra, once it is registered. */
  get entraDeviceId(): string | undefined {
    return this.#machine.entraDeviceId
  }

  get enrolment(): DeviceEnrolment | undefined {
    return this.#machine.enrolment
  }

  toJSON(): Kept {
    const { profile, entraDeviceId, enrolment, state } = this.#machine
    return {
      profile,
      ...(entraDeviceId === undefined ? {} : { entraDeviceId }),
      ...(enrolment === undefined ? {} : { enrolment }),
      state,
    }
  }

  /** Enrols. A failure is in the report; what is thrown is a bug, or the caller's mistake. */
  enrol(flow: EnrolmentFlow, tamper?: Tampering): Promise<DeviceReport> {
    return this.#attempt(tamper, async (parts) => {
      const machine = this.#machine
      if (machine.enrolment)
        throw new WindowsError(codes.alreadyEnrolled, 'the device is enrolled already')
      machine.enrolment = await enrolDevice(flow, parts)
      machine.state = { ...newState(), facts: machine.state.facts }
      machine.state.enrolledAt = machine.now().toISOString()
    })
  }

  /** Renews the certificate, due or not. */
  renew(options: { encoding?: 'once' | 'twice'; tamper?: Tampering } = {}): Promise<DeviceReport> {
    return this.#attempt(options.tamper, async (parts) => {
      const { enrolment } = this.#machine
      if (!enrolment) throw new WindowsError(codes.notEnrolled, 'the device is not enrolled')
      const encoding = options.encoding ?? 'once'
      const serverUrl = this.valueOf(
        './Device/Vendor/MSFT/CertificateStore/My/WSTEP/Renew/ServerURL',
      )
      const wish = { ...parts, enrolment, encoding, serverUrl }
      this.#machine.enrolment = await renewCertificate(wish)
    })
  }

  /** Whether the renewal window is open: so many days before the certificate ends. */
  isRenewalDue(): boolean {
    const { enrolment } = this
    if (!enrolment?.renew) return false
    const endsAt = Date.parse(new X509Certificate(enrolment.certificate).validTo)
    const opensAt = endsAt - enrolment.renew.periodDays * 86_400_000
    return this.#machine.now().getTime() >= opensAt
  }

  /** Windows is set up anew: the same hardware, and nothing else. */
  reset(kind: WipeKind = 'doWipe'): void {
    wipe(this.#machine, kind)
  }

  /**
   * Has a management session with the server, and does what it asked for: wipes itself, forgets the
   * enrolment, renews the certificate.
   */
  async checkIn(options: CheckInOptions = {}): Promise<CheckInReport> {
    const machine = this.#machine
    const { enrolment } = machine
    if (!enrolment) throw new Error('a device that is not enrolled has nobody to check in with')
    const transport =
      this.#options.transport ??
      startTransport({ trust: this.#options.trust, ...timeout(this.#options) })
    try {
      return await checkIn(options, {
        machine,
        enrolment,
        transport,
        entra: this.#options.entra,
        tamper: options.tamper?.session ?? this.#options.tamper?.session,
        renew: () => this.renew(),
      })
    } finally {
      if (!this.#options.transport) transport.close()
    }
  }

  /**
   * Listens to the push service from now on: each time it is called, it comes.
   *
   * @param onSession hears how it went. @returns stops it
   */
  listen(onSession: (report: CheckInReport) => void): () => void {
    const { push } = this.#options
    if (!push) throw new Error('a device without a push service has nobody to listen to')
    return push.listen(this.#machine.profile.hardwareId, () => {
      // An error here is one of ours: nobody waits for it, so it must not get lost.
      void this.checkIn({ reason: 'push' }).then(onSession)
    })
  }

  /** When the schedule starts the next session; undefined: never, or not enrolled. */
  get nextCheckInAt(): Date | undefined {
    const machine = this.#machine
    const { state } = machine
    const minutes = nextInterval(readSchedule(machine), state.polls)
    const from = state.lastSessionAt ?? state.enrolledAt
    if (!machine.enrolment || from === undefined) return undefined
    if (state.startAgain) return new Date(from)
    return minutes === undefined ? undefined : new Date(Date.parse(from) + minutes * 60_000)
  }

  /** Makes facts true of the PC, by name. */
  set(facts: Partial<DeviceFacts>): void {
    const { state } = this.#machine
    // A drive that is decrypted by hand is not being encrypted any more.
    if (facts.bitLocker !== undefined)
      state.jobs = state.jobs.filter(({ kind }) => kind !== 'encrypt')
    Object.assign(state.facts, facts)
  }

  fact<K extends keyof DeviceFacts>(name: K): DeviceFacts[K] {
    settle(this.#machine)
    return fact(this.#machine, name)
  }

  /** What a node reports now; undefined when there is no value. */
  valueOf(uri: string): string | undefined {
    settle(this.#machine)
    return valueAt(this.#machine, uri)
  }

  /** The local user changes a setting that was written. Without a value: takes it away. */
  drift(uri: string, value?: string): void {
    const path = locate(toFullPath(uri))?.path
    if (path === undefined) throw new RangeError(`no node ${uri}`)
    if (value === undefined) forget(this.#machine, path)
    else write(this.#machine, path, value)
  }

  /** From now on a node answers all commands with this status. Status undefined: as usual again. */
  refuse(uri: string, status: number | undefined, originalError?: string): void {
    const path = locate(toFullPath(uri))?.path
    if (path === undefined) throw new RangeError(`no node ${uri}`)
    const { refusals } = this.#machine.state
    if (status === undefined) delete refusals[toKey(path)]
    else refusals[toKey(path)] = { status, ...(originalError ? { originalError } : {}) }
  }

  /** Whether a restart is due. */
  get isRebootPending(): boolean {
    return this.#machine.state.reboot !== undefined
  }

  /** Restarts: a new name counts from now on. The next session tells of an ordered restart. */
  finishReboot(): void {
    finishReboot(this.#machine)
  }

  /** The user disconnects: a last session that says so, whether or not it gets through. */
  async unenrol(options: CheckInOptions = {}): Promise<CheckInReport> {
    this.#machine.state.unenrol = 'user'
    return this.checkIn({ reason: 'user', ...options })
  }

  /** Another PC from an image of this one's disk: the same enrolment, and a life of its own. */
  clone(): WindowsDevice {
    return WindowsDevice.fromJson(JSON.stringify(this), this.#options)
  }

  async #attempt(
    tamper: Tampering | undefined,
    act: (parts: EnrolParts) => Promise<void>,
  ): Promise<DeviceReport> {
    const options = this.#options
    const transport = startTransport({ trust: options.trust, ...timeout(options) })
    const recorder = new Recorder(transport)
    const merged = { ...options.tamper, ...tamper }
    const clientRequestId = merged.clientRequestId ?? randomUUID()
    const report = () => ({
      clientRequestId,
      ...(this.#machine.entraDeviceId === undefined
        ? {}
        : { entraDeviceId: this.#machine.entraDeviceId }),
      steps: recorder.steps,
    })
    try {
      await act({
        profile: this.#machine.profile,
        entra: options.entra,
        recorder,
        tamper: merged,
        answerTerms: options.answerTerms ?? 'accept',
        makeKey: options.makeKey ?? makeKey,
        now: this.#machine.now,
        fetch: options.fetch,
        entraDeviceId: this.#machine.entraDeviceId,
        onRegistered: (id) => {
          this.#machine.entraDeviceId = id
        },
        clientRequestId,
      })
      return { ok: true, ...report() }
    } catch (error) {
      return { ok: false, ...explain(error), ...report() }
    } finally {
      transport.close()
    }
  }
}

/** @throws whatever is neither Windows' nor Entra's refusal */
function explain(error: unknown): { code: string; reason: string; fault?: Fault } {
  if (error instanceof WindowsError) {
    const { code, message, fault } = error
    return { code, reason: message, ...(fault === undefined ? {} : { fault }) }
  }
  if (error instanceof EnrolmentRefused)
    return { code: `AADSTS${error.code}`, reason: error.message }
  throw error
}

function timeout({ timeoutMs }: DeviceOptions): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs }
}

/** A new RSA key, PEM. */
export async function makeKey(bits: number): Promise<string> {
  const { privateKey } = await generate('rsa', {
    modulusLength: bits,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return privateKey
}
