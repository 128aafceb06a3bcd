import { Skeleton } from '@mantine/core'
import type { EnrolmentAttempt } from '@mooring/contract/enrolment'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Notice } from '../ui/Notice.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { AttemptFacts } from './AttemptFacts.tsx'
import { Outcome } from './AttemptList.tsx'
import { AttemptSteps } from './AttemptSteps.tsx'
import classes from './Enrolment.module.css'
import { EnrolmentTabs } from './EnrolmentTabs.tsx'
import { StepLine } from './StepLine.tsx'

const POLL_MS = 1_000

/** One attempt: how far it got, why no further, and everything that was told on the way. */
export function AttemptScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const id = useParam('attempt')
  const attempt = useQuery({
    ...ask('getEnrolmentAttempt', { params: { org, attempt: id } }),
    refetchInterval: ({ state: { data } }) => (data?.outcome === 'underWay' ? POLL_MS : false),
  })
  const title = attempt.data?.device.name ?? t(attempt.data ? 'attempt.unknown' : 'attempt.title')
  usePageTitle(title)
  const above = <PageLink href={paths.enrolment(org)}>{t('attempts.title')}</PageLink>
  return (
    <>
      <EnrolmentTabs at="enrolment" />
      <Loaded
        query={attempt}
        skeleton={
          <div aria-busy>
            <PageHeader
              title={t('attempt.title')}
              above={above}
              sentence={<Skeleton height={20} />}
            />
            <Skeleton height={360} radius={8} />
          </div>
        }
      >
        {(data) => (
          <>
            <PageHeader
              title={title}
              above={above}
              tag={<Outcome attempt={data} />}
              sentence={<AttemptSentence attempt={data} />}
            />
            <div className="stack">
              <Refusal attempt={data} />
              <Panel title={t('steps.title')}>
                <StepLine attempt={data} />
                <AttemptSteps attempt={data} />
              </Panel>
              <AttemptFacts attempt={data} org={org} />
            </div>
          </>
        )}
      </Loaded>
    </>
  )
}

/** How long it took and for whom: one sentence. */
function AttemptSentence({ attempt }: { attempt: EnrolmentAttempt }) {
  const { t } = useTranslation('enrolment')
  const { dateTime, duration } = useFormats()
  const { startedAt, updatedAt, user, outcome } = attempt
  const took = duration(Date.parse(updatedAt) - Date.parse(startedAt))
  const who = user?.name ?? t('attempt.nobody')
  return <>{t(`attempt.sentence.${outcome}`, { time: dateTime(startedAt), took, who })}</>
}

/** Cause, cure, then the codes one would send to a colleague. */
function Refusal({ attempt }: { attempt: EnrolmentAttempt }) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const { reason, errorCode, steps } = attempt
  if (!reason) return null
  const traceId = steps.findLast((step) => step.outcome === 'refused')?.traceId
  return (
    <Notice
      tone="wrong"
      title={reason.cause}
      footnote={
        <>
          {errorCode && <Code name={t('attempt.windowsShows')} value={errorCode} />}
          <Code name={t('frame:codes.code')} value={reason.code} />
          {traceId && <Code name={t('frame:codes.trace')} value={traceId} />}
        </>
      }
    >
      <p>{reason.remedy}</p>
    </Notice>
  )
}

function Code({ name, value }: { name: string; value: string }) {
  return (
    <span className={classes['footcode']}>
      {name}: <code className="mono">{value}</code> <Copy value={value} what={name} />
    </span>
  )
}
