import type { PollSchedule } from '@mooring/contract/poll-schedule'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { weighPoll } from './poll-draft.ts'

/** How often devices come, in words. */
export function PollSentence({ schedule }: { schedule: PollSchedule }) {
  const { t } = useTranslation('enrolment')
  const { interval } = useFormats()
  const { first, second, afterwardsMinutes, onSignIn } = schedule
  const { firstForMinutes, secondForMinutes } = weighPoll(schedule)
  return (
    <>
      {t('sessions.poll.sentence', {
        first: interval(first.minutes),
        firstFor: interval(firstForMinutes),
        second: interval(second.minutes),
        secondFor: interval(secondForMinutes),
        afterwards: interval(afterwardsMinutes),
      })}{' '}
      {t(onSignIn ? 'sessions.poll.alsoOnSignIn' : 'sessions.poll.notOnSignIn')}
    </>
  )
}
