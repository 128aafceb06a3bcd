import type { EntraSide } from './entra-side.ts'
import type { DeviceProfile } from './profile.ts'
import type { Recorder } from './recorder.ts'
import type { Tampering } from './tampering.ts'
import type { TermsChoice } from './terms.ts'

/** What an enrolment works with. */
export type EnrolParts = {
  readonly profile: DeviceProfile
  readonly entra: EntraSide | undefined
  readonly recorder: Recorder
  readonly tamper: Tampering
  readonly answerTerms: TermsChoice
  readonly makeKey: (bits: number) => Promise<string>
  readonly now: () => Date
  readonly fetch: typeof fetch | undefined
  /** A device that is registered already stays so. */
  readonly entraDeviceId: string | undefined
  readonly onRegistered: (entraDeviceId: string) => void
  readonly clientRequestId: string
}
