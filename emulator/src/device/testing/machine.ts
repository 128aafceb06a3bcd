import type { DeviceFacts } from '../csp/facts.ts'
import { type Machine, newState } from '../csp/machine.ts'
import { type DeviceProfile, makeProfile } from '../profile.ts'

/** A PC that is enrolled nowhere, with a clock that stands still until it is moved. */
export function makeMachine(
  profile: Partial<DeviceProfile> = {},
  facts: Partial<DeviceFacts> = {},
): Machine & { advance(minutes: number): void } {
  let now = Date.parse('2026-11-28T08:00:00Z')
  return {
    profile: makeProfile(profile),
    entraDeviceId: undefined,
    enrolment: undefined,
    state: { ...newState(), facts },
    now: () => new Date(now),
    advance: (minutes) => {
      now += minutes * 60_000
    },
  }
}
