import type { SyncRun } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { SyncRunList } from '../sync/SyncRunList.tsx'
import { Panel } from '../ui/Panel.tsx'

export function LastRuns({ runs, org }: { runs: readonly SyncRun[]; org: string }) {
  const { t } = useTranslation('overview')
  return (
    <Panel
      title={t('lastRuns.title')}
      flush
      action={
        <ButtonLink href={paths.syncRuns(org)} variant="default" size="xs">
          {t('lastRuns.all')}
        </ButtonLink>
      }
    >
      {runs.length === 0 ? (
        <div className="soft" style={{ padding: 16 }}>
          {t('lastRuns.none')}
        </div>
      ) : (
        <SyncRunList runs={runs.slice(0, 5)} org={org} />
      )}
    </Panel>
  )
}
