import type { SyncRun } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { runDurationMs } from './run-numbers.ts'
import { isUnderWay } from './run-tone.ts'
import { useEverySecond } from './use-every-second.ts'

/** Triggers behind which no person is named. */
const BY_ITSELF: readonly SyncRun['trigger'][] = ['cli', 'schedule', 'notification']

export function RunFacts({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { dateTime, duration, number } = useFormats()
  const now = useEverySecond(isUnderWay(run))
  const ms = runDurationMs(run, now)
  return (
    <Panel title={t('facts.title')}>
      <Facts
        facts={[
          { name: t('facts.started'), value: run.startedAt && dateTime(run.startedAt) },
          { name: t('facts.finished'), value: run.finishedAt && dateTime(run.finishedAt) },
          {
            name: t('facts.duration'),
            value:
              ms === undefined
                ? null
                : duration(isUnderWay(run) ? Math.round(ms / 1000) * 1000 : ms),
          },
          { name: t('facts.mode'), value: t(`mode.${run.mode}`) },
          {
            name: t('facts.trigger'),
            value: BY_ITSELF.includes(run.trigger)
              ? t(`trigger.${run.trigger}`)
              : t('facts.by', { trigger: t(`trigger.${run.trigger}`), who: run.requestedBy }),
          },
          { name: t('facts.requests'), value: number(run.requests) },
          {
            name: t('facts.id'),
            value: (
              <>
                <code className="mono">{run.id}</code>
                <Copy value={run.id} what={t('facts.id')} />
              </>
            ),
          },
        ]}
      />
    </Panel>
  )
}
