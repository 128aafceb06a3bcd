import { useTranslation } from 'react-i18next'
import { StateIcon } from '../ui/StateTag.tsx'
import type { Tone } from '../ui/tone.ts'
import classes from './CheckList.module.css'
import { Codes } from './Codes.tsx'

type State = 'passed' | 'warning' | 'failed' | 'skipped'

/** What a check found, as the server tells it. */
export type CheckLine = {
  readonly id: string
  readonly state: State
  readonly title: string
  readonly detail: string
  readonly remedy?: string | undefined
  readonly code?: string | undefined
  readonly microsoftTraceId?: string | undefined
}

const TONES = {
  passed: 'ok',
  warning: 'attention',
  failed: 'wrong',
  skipped: 'off',
} satisfies Record<State, Tone>

/** Checks one below the other: state, what was found, what to do about it. */
export function CheckList({ checks }: { checks: readonly CheckLine[] }) {
  return (
    <ul className={classes['checks']}>
      {checks.map((check) => (
        <Line key={check.id} check={check} />
      ))}
    </ul>
  )
}

function Line({ check }: { check: CheckLine }) {
  const { t } = useTranslation()
  // What is well needs no codes, and only one line.
  const isQuiet = check.state === 'passed' || check.state === 'skipped'
  return (
    <li className={classes['check']} id={`check-${check.id}`}>
      <StateIcon tone={TONES[check.state]} label={t(`checkState.${check.state}`)} />
      <div className={classes[isQuiet ? 'quiet' : 'words']}>
        <div className={classes['title']}>{check.title}</div>
        <div className="soft">{check.detail}</div>
        {check.remedy && <div className={classes['remedy']}>{check.remedy}</div>}
        {!isQuiet && (check.code || check.microsoftTraceId) && (
          <div className={classes['codes']}>
            <Codes code={check.code} microsoftTraceId={check.microsoftTraceId} />
          </div>
        )}
      </div>
    </li>
  )
}
