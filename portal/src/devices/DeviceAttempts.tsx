import type { DeviceDetail } from '@mooring/contract/devices'
import { IconHistory } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { AttemptList } from '../enrolment/AttemptList.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'

/** How the device came here: each enrolment and renewal, and what was refused in between. */
export function DeviceAttempts({ device, org }: { device: DeviceDetail; org: string }) {
  const { t } = useTranslation('devices')
  const [{ cursor }] = usePageSearch()
  const attempts = useQuery({
    ...ask('listEnrolmentAttempts', {
      params: { org },
      query: { device: device.id, cursor, limit: 20 },
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <Loaded
      query={attempts}
      skeleton={
        <Panel flush>
          <AttemptList attempts={undefined} org={org} />
        </Panel>
      }
    >
      {(page) => (
        <Panel flush>
          {page.items.length === 0 ? (
            <Empty
              icon={<IconHistory size={24} />}
              title={t('device.noAttempts')}
              text={t('device.noAttemptsText')}
            />
          ) : (
            <AttemptList attempts={page.items} org={org} />
          )}
          <Pager nextCursor={page.nextCursor} />
        </Panel>
      )}
    </Loaded>
  )
}
