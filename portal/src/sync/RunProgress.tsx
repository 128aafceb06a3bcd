import { useInterval } from '@mantine/hooks'
import type { SyncRun } from '@mooring/contract/directory'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { ProgressBar } from '../ui/Bar.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateIcon } from '../ui/StateTag.tsx'
import classes from './RunProgress.module.css'
import { estimate } from './run-numbers.ts'

const PHASES = ['waiting', 'users', 'groups', 'finished'] as const

/** A run at work: its phases in a line, what it has read, how fast, and how long it may still take. */
export function RunProgress({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { number, duration } = useFormats()
  const now = useEverySecond()
  const { perSecond, percent, remainingMs } = estimate(run, now)
  const { phase, objects, expected, pages } = run.progress
  const at = PHASES.indexOf(phase)
  return (
    <Panel title={t('progress.title')}>
      <ol className={classes['phases']} aria-label={t('progress.phases')}>
        {PHASES.map((name, index) => (
          <li
            key={name}
            className={classes['phase']}
            data-state={index < at ? 'done' : index === at ? 'now' : 'later'}
            aria-current={index === at ? 'step' : undefined}
          >
            <StateIcon tone={index < at ? 'ok' : index === at ? 'busy' : 'off'} />
            {t(`phase.${name}`)}
          </li>
        ))}
      </ol>
      <ProgressBar percent={percent} label={t('progress.bar')} />
      <div className={classes['numbers']}>
        <span>
          {expected === null
            ? t('progress.read', { number: number(objects), count: objects })
            : t('progress.readOf', { number: number(objects), expected: number(expected) })}
        </span>
        <span>{t('progress.pages', { number: number(pages), count: pages })}</span>
        <span>
          {perSecond === undefined
            ? '–'
            : t('progress.rate', { number: number(Math.round(perSecond)) })}
        </span>
        <span>
          {remainingMs === undefined
            ? t('progress.remainingUnknown')
            : t('progress.remaining', { duration: duration(remainingMs) })}
        </span>
      </div>
      <div role="status" className="visually-hidden">
        {t('progress.now', { phase: t(`phase.${phase}`) })}
      </div>
    </Panel>
  )
}

function useEverySecond() {
  const [now, setNow] = useState(() => Date.now())
  const { start, stop } = useInterval(() => setNow(Date.now()), 1_000)
  useEffect(() => {
    start()
    return stop
  }, [start, stop])
  return now
}
