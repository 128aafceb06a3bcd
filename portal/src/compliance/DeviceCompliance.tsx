import { Button, Skeleton } from '@mantine/core'
import type { DeviceCompliance as Compliance } from '@mooring/contract/compliance'
import { IconClipboardCheck } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError, call } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { Facts } from '../ui/Facts.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { FINDING_TONES, VERDICT_TONES } from './tones.ts'

/** A new verdict, and what Entra says to it, is seen soon. */
const POLL_MS = 10_000

type Props = { device: string; org: string }

/** Why a device counts as it does, and what Entra knows of it. */
export function DeviceCompliance({ device, org }: Props) {
  const { t } = useTranslation('compliance')
  const found = useQuery({
    ...ask('getDeviceCompliance', { params: { org, device } }),
    refetchInterval: POLL_MS,
    retry: false,
  })
  if (found.error instanceof ApiError && found.error.code === 'deviceNotJudged') {
    return (
      <Panel flush>
        <Empty
          icon={<IconClipboardCheck size={24} />}
          title={t('device.notJudged')}
          text={t('device.notJudgedText')}
        />
      </Panel>
    )
  }
  return (
    <Loaded query={found} skeleton={<Skeleton height={240} radius={8} />}>
      {(compliance) => (
        <div className="stack">
          <Verdict compliance={compliance} />
          {compliance.findings.length > 0 && <Findings findings={compliance.findings} />}
          <Entra device={device} org={org} entra={compliance.entra} />
          <History history={compliance.history} />
        </div>
      )}
    </Loaded>
  )
}

function Verdict({ compliance: { verdict, since } }: { compliance: Compliance }) {
  const { t } = useTranslation('compliance')
  const { dateTime } = useFormats()
  return (
    <Notice tone={VERDICT_TONES[verdict]} title={t(`verdict.${verdict}`)}>
      <p>
        {t(`device.sentence.${verdict}`)} {t('device.since', { time: dateTime(since) })}
      </p>
    </Notice>
  )
}

type Found = Compliance['findings'][number]

function Findings({ findings }: { findings: readonly Found[] }) {
  const { t } = useTranslation('compliance')
  const { dateTime } = useFormats()
  const columns: Column<Found>[] = [
    {
      id: 'rule',
      head: t('column.rule'),
      narrow: 'first',
      cell: ({ title, remedy }) => (
        <>
          <div>{title}</div>
          {remedy && <div className="soft">{remedy}</div>}
        </>
      ),
    },
    {
      id: 'told',
      head: t('column.told'),
      from: 'medium',
      cell: ({ evidence }) =>
        evidence.map(({ node, value }) => (
          <div key={node} className="soft" title={node}>
            {node.split('/').at(-1)}: {value ?? t('device.nothingTold')}
          </div>
        )),
    },
    {
      id: 'since',
      head: t('column.since'),
      narrow: 'second',
      cell: ({ state, since, until }) =>
        state === 'inGrace' && until
          ? t('device.until', { time: dateTime(until) })
          : t('device.since', { time: dateTime(since) }),
    },
    {
      id: 'state',
      head: t('column.state'),
      narrow: 'below',
      cell: ({ state }) => (
        <StateTag size="sm" tone={FINDING_TONES[state]} label={t(`finding.${state}`)} />
      ),
    },
  ]
  return (
    <Panel title={t('device.findings')} flush>
      <ItemList
        label={t('device.findings')}
        columns={columns}
        items={findings}
        keyOf={({ rule }) => rule}
      />
    </Panel>
  )
}

function Entra({ device, org, entra }: Props & { entra: Compliance['entra'] }) {
  const { t } = useTranslation('compliance')
  const { dateTime } = useFormats()
  const mayReport = useMay('devices.manage')
  const queryClient = useQueryClient()
  const params = { org, device }
  const report = useMutation({
    mutationFn: () => call('reportDeviceCompliance', { params }),
    onSuccess: (now) =>
      queryClient.setQueryData(ask('getDeviceCompliance', { params }).queryKey, now),
  })
  const mark = (value: Compliance['entra']['told']) => (value ? t(`mark.${value}`) : t('mark.none'))
  const time = (at: string | null) => (at ? dateTime(at) : t('entra.never'))
  return (
    <Panel
      title={t('entra.title')}
      hint={t('entra.hint')}
      action={
        mayReport && (
          <Button
            variant="default"
            size="xs"
            loading={report.isPending}
            onClick={() => report.mutate()}
          >
            {t('entra.report')}
          </Button>
        )
      }
    >
      <div className="stack">
        {report.error && <ProblemNotice error={report.error} />}
        {entra.problem && (
          <Notice tone="attention" title={entra.problem.title}>
            <p>{entra.problem.remedy}</p>
          </Notice>
        )}
        <Facts
          facts={[
            { name: t('entra.wanted'), value: mark(entra.wanted) },
            { name: t('entra.told'), value: mark(entra.told) },
            { name: t('entra.toldAt'), value: time(entra.toldAt) },
            { name: t('entra.confirmedAt'), value: time(entra.confirmedAt) },
            ...(entra.overwritten > 0
              ? [{ name: t('entra.overwritten'), value: String(entra.overwritten) }]
              : []),
          ]}
        />
      </div>
    </Panel>
  )
}

type Change = Compliance['history'][number]

function History({ history }: { history: readonly Change[] }) {
  const { t } = useTranslation('compliance')
  const { dateTime } = useFormats()
  if (history.length === 0) return null
  const columns: Column<Change>[] = [
    {
      id: 'verdict',
      head: t('column.state'),
      narrow: 'first',
      cell: ({ verdict }) => (
        <StateTag size="sm" tone={VERDICT_TONES[verdict]} label={t(`verdict.${verdict}`)} />
      ),
    },
    {
      id: 'broken',
      head: t('column.broken'),
      narrow: 'second',
      cell: ({ broken }) => broken.join(', ') || '–',
    },
    { id: 'at', head: t('column.since'), narrow: 'end', cell: ({ at }) => dateTime(at) },
  ]
  return (
    <Panel title={t('device.history')} flush>
      <ItemList
        label={t('device.history')}
        columns={columns}
        items={history}
        keyOf={({ at, verdict }) => `${at} ${verdict}`}
      />
    </Panel>
  )
}
