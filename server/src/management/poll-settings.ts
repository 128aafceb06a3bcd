import type { PollSchedule } from '@mooring/contract/poll-schedule'
import { PROVIDER_ID } from '../enrolment/index.ts'
import type { DesiredSetting } from './desired-settings.ts'

const POLL = `./Device/Vendor/MSFT/DMClient/Provider/${PROVIDER_ID}/Poll/`

/**
 * The nodes of a device in which its schedule stands.
 *
 * @see Windows "DMClient CSP" › Poll; windows-mdm.md 8.2
 */
export function pollSettings(schedule: PollSchedule): DesiredSetting[] {
  const { first, second, afterwardsMinutes, onSignIn } = schedule
  const number = (name: string, value: number): DesiredSetting => ({
    uri: POLL + name,
    format: 'int',
    data: String(value),
  })
  const yesOrNo = (name: string, value: boolean): DesiredSetting => ({
    uri: POLL + name,
    format: 'bool',
    data: String(value),
  })
  return [
    number('NumberOfFirstRetries', first.times),
    number('IntervalForFirstSetOfRetries', first.minutes),
    number('NumberOfSecondRetries', second.times),
    number('IntervalForSecondSetOfRetries', second.minutes),
    // 0: for ever.
    number('NumberOfRemainingScheduledRetries', 0),
    number('IntervalForRemainingScheduledRetries', afterwardsMinutes),
    yesOrNo('PollOnLogin', onSignIn),
    yesOrNo('AllUsersPollOnFirstLogin', onSignIn),
  ]
}
