import type { SyncRun } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Panel } from '../ui/Panel.tsx'
import { StateIcon } from '../ui/StateTag.tsx'
import classes from './RunProgress.module.css'
import { percentOfAll, remainingMs } from './run-numbers.ts'
import { StreamProgressRow } from './StreamProgressRow.tsx'
import { useEverySecond } from './use-every-second.ts'

const PHASES = ['reading', 'settling', 'finished'] as const

/** A run at work: its phases in a line, each kind of object, how fast, and when it may end. */
export function RunProgress({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { number } = useFormats()
  const { phase, rate, streams } = run.progress
  // Before it reads, none of them has begun.
  const at = phase === 'waiting' ? -1 : PHASES.indexOf(phase)
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
      <ul className={classes['streams']} aria-label={t('progress.streams')}>
        {streams.map((stream) => (
          <StreamProgressRow key={stream.stream} progress={stream} />
        ))}
      </ul>
      <dl className={classes['numbers']}>
        <div>
          <dt>{t('progress.rate')}</dt>
          <dd>
            {rate === null
              ? t('progress.unknown')
              : t('progress.rateOf', { number: number(Math.round(rate)) })}
          </dd>
        </div>
        <div>
          <dt>{t('progress.requests')}</dt>
          <dd>{number(run.requests)}</dd>
        </div>
        <div>
          <dt>{t('progress.end')}</dt>
          <dd>
            <Remaining run={run} />
          </dd>
        </div>
      </dl>
      <Announcement run={run} />
    </Panel>
  )
}

function Remaining({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { duration } = useFormats()
  const ms = remainingMs(run, useEverySecond(true))
  if (ms === undefined) return t('progress.unknown')
  if (ms < 2_000) return t('progress.endSoon')
  return t('progress.endIn', { duration: duration(Math.round(ms / 1000) * 1000) })
}

/** Told to those who listen: each phase, and each quarter of the reading. */
function Announcement({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { phase } = run.progress
  const name = t(`phase.${phase}`)
  const percent = phase === 'reading' ? percentOfAll(run) : undefined
  const quarter = percent === undefined ? 0 : Math.floor(percent / 25) * 25
  return (
    <div role="status" className="visually-hidden">
      {quarter === 0
        ? t('progress.now', { phase: name })
        : t('progress.nowPercent', { phase: name, percent: quarter })}
    </div>
  )
}
