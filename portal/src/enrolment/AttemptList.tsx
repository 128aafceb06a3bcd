import type { EnrolmentAttempt } from '@mooring/contract/enrolment'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { Address } from '../directory/Address.tsx'
import { Ago, useNow } from '../frame/Ago.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './Enrolment.module.css'
import { StepLine } from './StepLine.tsx'
import { standingOf } from './step-line.ts'
import { STANDING_TONES } from './tones.ts'

type Props = { attempts: readonly EnrolmentAttempt[] | undefined; org: string }

/** Attempts, newest first: each a line of steps, and for a refused one its cause and cure. */
export function AttemptList({ attempts, org }: Props) {
  const { t } = useTranslation('enrolment')
  const columns: Column<EnrolmentAttempt>[] = [
    {
      id: 'device',
      head: t('attempt.device'),
      narrow: 'first',
      width: '28%',
      cell: (attempt) => (
        <div className={classes['who']}>
          <PageLink href={paths.enrolmentAttempt(org, attempt.id)} strong>
            {attempt.device.name ?? t('attempt.unknown')}
          </PageLink>
          <div className={classes['small']}>
            {attempt.user ? <Address text={attempt.user.name} /> : t('attempt.nobody')}
          </div>
        </div>
      ),
    },
    {
      id: 'steps',
      head: t('steps.title'),
      narrow: 'below',
      cell: (attempt) => (
        <div className={classes['progress']}>
          <StepLine attempt={attempt} />
          <Why attempt={attempt} />
        </div>
      ),
    },
    {
      id: 'when',
      head: t('attempt.when'),
      narrow: 'second',
      from: 'medium',
      cell: ({ startedAt }) => <Ago instant={startedAt} />,
    },
    {
      id: 'outcome',
      head: t('attempt.outcome'),
      narrow: 'second',
      width: '1%',
      cell: (attempt) => <Outcome attempt={attempt} />,
    },
  ]
  return (
    <ItemList
      label={t('attempts.title')}
      columns={columns}
      items={attempts}
      keyOf={({ id }) => id}
      expected={8}
    />
  )
}

export function Outcome({ attempt }: { attempt: EnrolmentAttempt }) {
  const { t } = useTranslation('enrolment')
  const standing = standingOf(attempt, useNow())
  const isRenewal = attempt.steps.some(({ step }) => step === 'renewal')
  const word = standing === 'enrolled' && isRenewal ? 'renewed' : standing
  return <StateTag size="sm" tone={STANDING_TONES[standing]} label={t(`outcome.${word}`)} />
}

function Why({ attempt }: { attempt: EnrolmentAttempt }) {
  const { reason, errorCode } = attempt
  if (!reason) return null
  return (
    <div className={classes['why']}>
      <div className={classes['cause']}>
        {reason.cause} {errorCode && <code className="mono">{errorCode}</code>}
      </div>
      <div className="soft">{reason.remedy}</div>
    </div>
  )
}
