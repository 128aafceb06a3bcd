import type { EnrolmentAttempt, EnrolmentStep } from '@mooring/contract/enrolment'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { StateIcon } from '../ui/StateTag.tsx'
import classes from './Enrolment.module.css'

/** Every step with its time, in the order in which they came: repeated ones as well. */
export function AttemptSteps({ attempt }: { attempt: EnrolmentAttempt }) {
  const { t } = useTranslation('enrolment')
  const { steps, startedAt } = attempt
  return (
    <ol className={classes['steps']} aria-label={t('steps.all')}>
      {steps.map((step) => (
        <Step
          key={`${step.at} ${step.traceId} ${step.step}`}
          step={step}
          startedAt={startedAt}
          isToldAbove={step.reason?.code === attempt.reason?.code}
        />
      ))}
    </ol>
  )
}

type StepProps = { step: EnrolmentStep; startedAt: string; isToldAbove: boolean }

function Step({ step, startedAt, isToldAbove }: StepProps) {
  const { t } = useTranslation('enrolment')
  const { exact, duration } = useFormats()
  const { outcome, reason, traceId, at } = step
  const isOk = outcome === 'succeeded'
  const sinceMs = Math.max(0, Date.parse(at) - Date.parse(startedAt))
  return (
    <li className={classes['taken']}>
      <StateIcon
        tone={isOk ? 'ok' : 'wrong'}
        label={t(isOk ? 'stepState.done' : 'stepState.refused')}
      />
      <div className={classes['told']}>
        <div className={classes['head']}>
          <strong>{t(`stepName.${step.step}`)}</strong>
          <time className="soft" dateTime={at} title={exact(at)}>
            {sinceMs === 0 ? exact(at) : t('steps.after', { duration: duration(sinceMs) })}
          </time>
        </div>
        {reason ? (
          <>
            <div className={classes['cause']}>{reason.cause}</div>
            {!isToldAbove && <div className="soft">{reason.remedy}</div>}
          </>
        ) : (
          <div className="soft">{t(`stepDone.${step.step}`)}</div>
        )}
        <div className={classes['trace']}>
          {t('steps.trace')} <code className="mono">{traceId}</code>{' '}
          <Copy value={traceId} what={t('steps.trace')} />
        </div>
      </div>
    </li>
  )
}
