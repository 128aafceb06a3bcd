import { Button } from '@mantine/core'
import type { CheckReport } from '@mooring/contract/connection'
import { useTranslation } from 'react-i18next'
import { CheckList } from '../frame/CheckList.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { Panel } from '../ui/Panel.tsx'
import { useCheckAgain } from './use-guide.ts'

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
      {ordered.length === 0 && (
        <div className="soft" style={{ padding: 16 }}>
          {t('health.never')}
        </div>
      )}
      <CheckList checks={ordered} />
    </Panel>
  )
}
