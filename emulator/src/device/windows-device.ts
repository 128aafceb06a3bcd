import { generateKeyPair, randomUUID, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { EnrolmentRefused } from '../entra/enrolment.ts'
import { enrolDevice } from './enrol-device.ts'
import type { EnrolParts } from './enrol-parts.ts'
import type { EntraSide } from './entra-side.ts'
import type { EnrolmentFlow } from './flow.ts'
import { type DeviceProfile, makeProfile, resetProfile } from './profile.ts'
import type { DeviceEnrolment } from './provision.ts'
import { Recorder, type Step } from './recorder.ts'
import { renewCertificate } from './renew-certificate.ts'
import type { Tampering } from './tampering.ts'
import type { TermsChoice } from './terms.ts'
import { startTransport } from './transport.ts'
import { codes, type Fault, WindowsError } from './windows-error.ts'

export type DeviceOptions = {
  /** Entra's side: needed by all flows but those with a server's own token. */
  readonly entra?: EntraSide
  readonly profile?: Partial<DeviceProfile>
  /** Roots to trust besides the public ones, PEM. */
  readonly trust?: string
  readonly tamper?: Tampering
  readonly answerTerms?: TermsChoice
  /** The device's own clock. */
  readonly now?: () => Date
  /** Makes an RSA key, PEM (PKCS#8); a swarm takes them from a stock. */
  readonly makeKey?: (bits: number) => Promise<string>
  /** Of the web view of the server's own sign-in page. */
  readonly fetch?: typeof fetch
  readonly timeoutMs?: number
}

/** How it went, as the device would know it. */
export type DeviceReport = {
  readonly ok: boolean
  /** Why not: Windows' code, and what was wrong. */
  readonly code?: string
  readonly reason?: string
  /** What the server said, if it said so in a SOAP fault. */
  readonly fault?: Fault
  /** What the terms of use were asked with; a server can find the attempt by it. */
  readonly clientRequestId: string
  readonly entraDeviceId?: string
  readonly steps: readonly Step[]
}

type Kept = {
  readonly profile: DeviceProfile
  readonly entraDeviceId?: string
  readonly enrolment?: DeviceEnrolment
}

const generate = promisify(generateKeyPair)

/**
 * A simulated Windows PC, as strict as the real one: it refuses whatever Windows would refuse, with
 * Windows' own codes.
 */
export class WindowsDevice {
  #profile: DeviceProfile
  #entraDeviceId: string | undefined
  #enrolment: DeviceEnrolment | undefined
  readonly #options: DeviceOptions

  constructor(options: DeviceOptions = {}) {
    this.#options = options
    this.#profile = makeProfile(options.profile)
  }

  /** Takes up a device where it was left off. @param text from `JSON.stringify(device)` */
  static fromJson(text: string, options: DeviceOptions = {}): WindowsDevice {
    const kept: Kept = JSON.parse(text)
    const device = new WindowsDevice({ ...options, profile: kept.profile })
    device.#entraDeviceId = kept.entraDeviceId
    device.#enrolment = kept.enrolment
    return device
  }

  get profile(): DeviceProfile {
    return this.#profile
  }

  /** The device id in Entra, once it is registered. */
  get entraDeviceId(): string | undefined {
    return this.#entraDeviceId
  }

  get enrolment(): DeviceEnrolment | undefined {
    return this.#enrolment
  }

  toJSON(): Kept {
    return {
      profile: this.#profile,
      ...(this.#entraDeviceId === undefined ? {} : { entraDeviceId: this.#entraDeviceId }),
      ...(this.#enrolment === undefined ? {} : { enrolment: this.#enrolment }),
    }
  }

  /** Enrols. A failure is in the report; what is thrown is a bug, or the caller's mistake. */
  enrol(flow: EnrolmentFlow, tamper?: Tampering): Promise<DeviceReport> {
    return this.#attempt(tamper, async (parts) => {
      if (this.#enrolment)
        throw new WindowsError(codes.alreadyEnrolled, 'the device is enrolled already')
      this.#enrolment = await enrolDevice(flow, parts)
    })
  }

  /** Renews the certificate, due or not. */
  renew(options: { encoding?: 'once' | 'twice'; tamper?: Tampering } = {}): Promise<DeviceReport> {
    return this.#attempt(options.tamper, async (parts) => {
      const enrolment = this.#enrolment
      if (!enrolment) throw new WindowsError(codes.notEnrolled, 'the device is not enrolled')
      const encoding = options.encoding ?? 'once'
      this.#enrolment = await renewCertificate({ ...parts, enrolment, encoding })
    })
  }

  /** Whether the renewal window is open: so many days before the certificate ends. */
  isRenewalDue(): boolean {
    const { enrolment } = this
    if (!enrolment?.renew) return false
    const endsAt = Date.parse(new X509Certificate(enrolment.certificate).validTo)
    const opensAt = endsAt - enrolment.renew.periodDays * 86_400_000
    return (this.#options.now?.() ?? new Date()).getTime() >= opensAt
  }

  /** Windows is set up anew: the same hardware, and nothing else. */
  reset(): void {
    this.#profile = resetProfile(this.#profile)
    this.#entraDeviceId = undefined
    this.#enrolment = undefined
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
      ...(this.#entraDeviceId === undefined ? {} : { entraDeviceId: this.#entraDeviceId }),
      steps: recorder.steps,
    })
    try {
      await act({
        profile: this.#profile,
        entra: options.entra,
        recorder,
        tamper: merged,
        answerTerms: options.answerTerms ?? 'accept',
        makeKey: options.makeKey ?? makeKey,
        now: options.now ?? (() => new Date()),
        fetch: options.fetch,
        entraDeviceId: this.#entraDeviceId,
        onRegistered: (id) => {
          this.#entraDeviceId = id
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
