import { Skeleton } from '@mantine/core'
import type { DirectorySettingsAnswer } from '@mooring/contract/directory'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { SyncSettingsForm } from './SyncSettingsForm.tsx'

/** Heights of the panels, in their order. */
const PANELS = { schedule: 264, people: 328, leaving: 304, attributes: 352, notifications: 128 }

export function SyncSettingsScreen() {
  const { t } = useTranslation('sync-settings')
  const org = useOrg()
  usePageTitle(t('title'))
  const settings = useQuery(ask('getDirectorySettings', { params: { org } }))
  return (
    <Loaded
      query={settings}
      skeleton={
        <>
          <PageHeader title={t('title')} sentence={<Skeleton height={20} width={320} />} />
          <div className="stack" aria-busy>
            {Object.entries(PANELS).map(([name, height]) => (
              <Skeleton key={name} height={height} radius={8} />
            ))}
          </div>
        </>
      }
    >
      {(data) => (
        <>
          <PageHeader title={t('title')} sentence={<Sentence settings={data} />} />
          <SyncSettingsForm org={org} settings={data} />
        </>
      )}
    </Loaded>
  )
}

function Sentence({ settings }: { settings: DirectorySettingsAnswer }) {
  const { t } = useTranslation('sync-settings')
  const { dateTime, interval } = useFormats()
  const { schedule, nextRunAt, updatedAt, updatedBy } = settings
  const every = schedule.kind === 'every' ? interval(schedule.minutes) : ''
  return (
    <>
      {t(`sentence.${schedule.kind}`, { interval: every })}{' '}
      {nextRunAt && `${t('sentence.next')} ${dateTime(nextRunAt)}. `}
      {updatedAt && updatedBy && t('updated', { who: updatedBy, time: dateTime(updatedAt) })}
    </>
  )
}
