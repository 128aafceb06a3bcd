import type { DeviceCommand } from '@mooring/contract/management'
import { IconListCheck } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { CommandList } from './CommandList.tsx'
import { isUnderWay } from './command-view.ts'
import { LIVE_POLL_MS, useIsLive } from './LiveDevice.tsx'

const PAGE_SIZE = 20
/** While something waits and nothing is heard; a device that comes every few minutes is seen coming. */
const POLL_MS = 3_000

/** What the device was told, and what became of it. */
export function DeviceCommands({ device, org }: { device: string; org: string }) {
  const { t } = useTranslation('devices')
  const queryClient = useQueryClient()
  const [{ cursor }] = usePageSearch()
  const pollMs = useIsLive() ? LIVE_POLL_MS : POLL_MS
  const commands = useQuery({
    ...ask('listDeviceCommands', { params: { org, device }, query: { cursor, limit: PAGE_SIZE } }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? pollMs : false),
  })
  const takeBack = useMutation({
    mutationFn: ({ id }: DeviceCommand) =>
      call('cancelDeviceCommand', { params: { org, device, command: id } }),
    // Also when it was too late: the list then says what it has become.
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listDeviceCommands'] }),
  })
  const retry = useMutation({
    mutationFn: ({ id }: DeviceCommand) =>
      call('retryDeviceCommand', { params: { org, device, command: id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listDeviceCommands'] }),
  })
  const leaving = [takeBack, retry].find(({ isPending }) => isPending)
  const error = takeBack.error ?? retry.error
  const list = (items: readonly DeviceCommand[] | undefined) => (
    <CommandList
      commands={items}
      leaving={leaving?.variables?.id}
      onTakeBack={(command) => takeBack.mutate(command)}
      onRetry={(command) => retry.mutate(command)}
    />
  )
  return (
    <Loaded query={commands} skeleton={<Panel flush>{list(undefined)}</Panel>}>
      {({ items, nextCursor }) => (
        <div className="stack">
          {error && <ProblemNotice error={error} />}
          <Panel flush>
            {items.length === 0 ? (
              <Empty
                icon={<IconListCheck size={24} />}
                title={t('command.none')}
                text={t('command.noneText')}
              />
            ) : (
              list(items)
            )}
            <Pager nextCursor={nextCursor} />
          </Panel>
        </div>
      )}
    </Loaded>
  )
}
