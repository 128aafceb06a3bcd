import type { EnrolmentAttempt } from '@mooring/contract/enrolment'
import { useTranslation } from 'react-i18next'
import { StateIcon } from '../ui/StateTag.tsx'
import tones from '../ui/tone.module.css'
import classes from './StepLine.module.css'
import { stepLine } from './step-line.ts'
import { STEP_TONES } from './tones.ts'

/** How far an attempt got: a line of steps that fills. */
export function StepLine({ attempt }: { attempt: EnrolmentAttempt }) {
  const { t } = useTranslation('enrolment')
  return (
    <ol className={classes['line']} aria-label={t('steps.title')}>
      {stepLine(attempt).map(({ step, state }) => {
        const tone = STEP_TONES[state]
        return (
          <li key={step} className={`${classes['step']} ${tones[tone]}`} data-state={state}>
            <StateIcon tone={tone} size={14} label={t(`stepState.${state}`)} />
            <span className={classes['name']}>{t(`step.${step}`)}</span>
          </li>
        )
      })}
    </ol>
  )
}
