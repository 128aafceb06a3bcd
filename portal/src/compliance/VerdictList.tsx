import { Button, Group } from '@mantine/core'
import { type DeviceVerdict, Verdict } from '@mooring/contract/compliance'
import { paths } from '@mooring/contract/paths'
import { IconClipboardCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { VERDICT_TONES } from './tones.ts'

type Props = { org: string; counts: Readonly<Record<Verdict, number>> | undefined }

/** Devices by verdict; which one stands in the address. */
export function VerdictList({ org, counts }: Props) {
  const { t } = useTranslation('compliance')
  const { number } = useFormats()
  const [search, change] = usePageSearch()
  const { cursor } = search
  const chosen = Verdict.safeParse(search['verdict'])
  const verdict = chosen.success ? chosen.data : undefined
  const devices = useQuery(
    ask('listComplianceDevices', { params: { org }, query: { verdict, cursor } }),
  )
  return (
    <>
      <Group gap="xs">
        {Verdict.options.map((option) => (
          <Button
            key={option}
            size="xs"
            variant={option === verdict ? 'filled' : 'default'}
            aria-pressed={option === verdict}
            onClick={() =>
              change({ verdict: option === verdict ? undefined : option, cursor: undefined })
            }
          >
            {t(`verdict.${option}`)}
            {counts ? ` · ${number(counts[option])}` : ''}
          </Button>
        ))}
      </Group>
      <Loaded
        query={devices}
        skeleton={
          <Panel flush>
            <Rows org={org} devices={undefined} />
          </Panel>
        }
      >
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <Empty
                icon={<IconClipboardCheck size={24} />}
                title={t(verdict ? 'noneSuch' : 'none')}
                text={t('noneText')}
              />
            ) : (
              <Rows org={org} devices={page.items} />
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
    </>
  )
}

function Rows({ org, devices }: { org: string; devices: readonly DeviceVerdict[] | undefined }) {
  const { t } = useTranslation('compliance')
  const { dateTime } = useFormats()
  const columns: Column<DeviceVerdict>[] = [
    {
      id: 'device',
      head: t('column.device'),
      narrow: 'first',
      cell: ({ device }) => (
        <PageLink href={`${paths.device(org, device.id)}?tab=compliance`} strong>
          {device.name}
        </PageLink>
      ),
    },
    {
      id: 'broken',
      head: t('column.broken'),
      narrow: 'second',
      cell: ({ broken }) => broken.join(', ') || <span className="soft">–</span>,
    },
    {
      id: 'since',
      head: t('column.since'),
      from: 'medium',
      cell: ({ since }) => <span className="nowrap">{dateTime(since)}</span>,
    },
    {
      id: 'verdict',
      head: t('column.state'),
      narrow: 'end',
      cell: ({ verdict }) => (
        <StateTag size="sm" tone={VERDICT_TONES[verdict]} label={t(`verdict.${verdict}`)} />
      ),
    },
  ]
  return (
    <ItemList
      label={t('devices')}
      columns={columns}
      items={devices}
      keyOf={({ device }) => device.id}
      expected={5}
    />
  )
}
