import { Button } from '@mantine/core'
import type { CommandBatch } from '@mooring/contract/command-batches'
import { paths } from '@mooring/contract/paths'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { hrefOf } from '../api.ts'
import { CommandAsked } from '../devices/CommandAsked.tsx'
import { useCommandName } from '../devices/CommandList.tsx'
import { ObjectSkeleton } from '../directory/ObjectSkeleton.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { type Fact, Facts } from '../ui/Facts.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { BatchDevices } from './BatchDevices.tsx'
import { BatchProgress } from './BatchProgress.tsx'
import { isBatchUnderWay } from './batch-view.ts'
import { hrefOfFilter } from './filter-href.ts'
import { RetryBatch } from './RetryBatch.tsx'
import { TakeBackBatch } from './TakeBackBatch.tsx'
import { useTargetWords } from './use-target-words.ts'

const POLL_MS = 3_000

/** What many devices were told, and how far each is. */
export function BatchScreen() {
  const { t } = useTranslation('commands')
  const { dateTime, number } = useFormats()
  const nameOf = useCommandName()
  const org = useOrg()
  const id = useParam('batch')
  const batch = useQuery({
    ...ask('getCommandBatch', { params: { org, batch: id } }),
    refetchInterval: ({ state }) =>
      state.data && isBatchUnderWay(state.data.progress) ? POLL_MS : false,
  })
  const titleOf = ({ kind, deviceCount: count }: CommandBatch) =>
    t('batch.title', {
      command: nameOf(kind),
      devices: t('devices', { count, number: number(count) }),
    })
  usePageTitle(batch.data ? titleOf(batch.data) : t('one'))
  const above = <PageLink href={paths.commands(org)}>{t('title')}</PageLink>
  return (
    <Loaded query={batch} skeleton={<ObjectSkeleton title={t('one')} above={above} />}>
      {(data) => (
        <>
          <PageHeader
            title={titleOf(data)}
            above={above}
            sentence={
              <>
                {t('batch.asked', { name: data.createdBy, time: dateTime(data.createdAt) })}{' '}
                {data.cancelled &&
                  t('batch.cancelled', {
                    name: data.cancelled.name,
                    time: dateTime(data.cancelled.at),
                  })}
              </>
            }
            actions={
              <>
                <RetryBatch org={org} batch={data} />
                <TakeBackBatch org={org} batch={data} />
              </>
            }
          />
          <div className="stack">
            <Panel>
              <BatchProgress progress={data.progress} />
            </Panel>
            <AskedPanel org={org} batch={data} />
            <Panel
              title={t('batch.devices')}
              flush
              action={
                <Button
                  component="a"
                  href={hrefOf('exportCommandBatch', { org, batch: id })}
                  download
                  variant="default"
                  size="xs"
                  leftSection={<IconDownload size={14} aria-hidden />}
                >
                  {t('batch.download')}
                </Button>
              }
            >
              <BatchDevices org={org} batch={data} />
            </Panel>
          </div>
        </>
      )}
    </Loaded>
  )
}

function AskedPanel({ org, batch }: { org: string; batch: CommandBatch }) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  const nameOf = useCommandName()
  const words = useTargetWords()
  const { target, leftOut } = batch
  const facts: Fact[] = [
    {
      name: t('column.what'),
      value: (
        <div>
          {nameOf(batch.kind)}
          <CommandAsked kind={batch.kind} asked={batch.asked} />
        </div>
      ),
    },
    {
      name: t('batch.target'),
      value: (
        <>
          {target.kind === 'group' ? (
            <PageLink href={paths.deviceGroup(org, target.group)}>{words(target)}</PageLink>
          ) : (
            words(target)
          )}
          {target.kind === 'filter' && (
            <div>
              <PageLink href={hrefOfFilter(org, target.filter)}>{t('batch.showFilter')}</PageLink>
            </div>
          )}
          {target.kind === 'outcome' && (
            <div>
              <PageLink href={paths.commandBatch(org, target.batch)}>{t('batch.earlier')}</PageLink>
            </div>
          )}
        </>
      ),
    },
  ]
  if (leftOut.length > 0) {
    facts.push({
      name: t('batch.leftOut'),
      value: leftOut.map(({ reason, count }) => (
        <div key={reason}>{t(`leftOut.${reason}`, { count, number: number(count) })}</div>
      )),
    })
  }
  return (
    <Panel title={t('batch.facts')}>
      <Facts facts={facts} />
    </Panel>
  )
}
