import { Button } from '@mantine/core'
import type { Check, CheckReport } from '@mooring/contract/connection'
import { useTranslation } from 'react-i18next'
import { Codes } from '../frame/Codes.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { Panel } from '../ui/Panel.tsx'
import { StateIcon } from '../ui/StateTag.tsx'
import type { Tone } from '../ui/tone.ts'
import classes from './HealthPanel.module.css'
import { useCheckAgain } from './use-guide.ts'

const TONES = {
  passed: 'ok',
  warning: 'attention',
  failed: 'wrong',
  skipped: 'off',
} satisfies Record<Check['state'], Tone>
const WORST_FIRST = ['failed', 'warning', 'skipped', 'passed'] as const

/** Every check of the connection, what needs attention first. */
export function HealthPanel({ report }: { report: CheckReport | null }) {
  const { t } = useTranslation('set-up')
  const mayCheck = useMay('connection.check')
  const check = useCheckAgain(true)
  const ordered = WORST_FIRST.flatMap((state) =>
    (report?.checks ?? []).filter((entry) => entry.state === state),
  )
  return (
    <Panel
      title={t('health.title')}
      flush
      action={
        mayCheck && (
          <Button
            variant="default"
            size="xs"
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            {t('step.check')}
          </Button>
        )
      }
    >
      {check.error && <ProblemNotice error={check.error} />}
      <div role="status" className="visually-hidden">
        {check.isSuccess && report ? t(`health.${report.state}`) : ''}
      </div>
      {ordered.length === 0 && <div className={classes['none']}>{t('health.never')}</div>}
      <ul className={classes['checks']}>
        {ordered.map((entry) => (
          <HealthLine key={entry.id} check={entry} />
        ))}
      </ul>
    </Panel>
  )
}

function HealthLine({ check }: { check: Check }) {
  const { t } = useTranslation('set-up')
  // What is well needs no codes, and only one line.
  const isQuiet = check.state === 'passed' || check.state === 'skipped'
  return (
    <li className={classes['check']} id={`check-${check.id}`}>
      <StateIcon tone={TONES[check.state]} label={t(`health.states.${check.state}`)} />
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
