import { Button } from '@mantine/core'
import type { AuditEvent } from '@mooring/contract/audit'
import { endpoints } from '@mooring/contract/endpoints'
import { IconDownload, IconHistory, IconShieldCheck } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call, urlOf } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { AuditEventDrawer } from './AuditEventDrawer.tsx'
import { AuditFilters } from './AuditFilters.tsx'
import { AuditList } from './AuditList.tsx'
import { isRefined, readAuditSearch, toAuditQuery } from './audit-search.ts'
import { RetentionPanel } from './RetentionPanel.tsx'
import { VerifyNotice } from './VerifyNotice.tsx'

const PAGE_SIZE = 50
const NO_FILTER = {
  action: undefined,
  outcome: undefined,
  actorKind: undefined,
  actor: undefined,
  object: undefined,
  search: undefined,
  from: undefined,
  to: undefined,
}

/** Who did what: to look at, to take away, and to prove. */
export function AuditScreen() {
  const { t } = useTranslation('audit')
  const org = useOrg()
  const mayExport = useMay('audit.export')
  const [address, change] = usePageSearch()
  const asked = readAuditSearch(address)
  const { cursor, ...filter } = toAuditQuery(asked)
  usePageTitle(t('title'))
  const events = useQuery({
    ...ask('listAuditEvents', { params: { org }, query: { ...filter, cursor, limit: PAGE_SIZE } }),
    placeholderData: keepPreviousData,
  })
  const queryClient = useQueryClient()
  const verify = useMutation({
    mutationFn: () => call('verifyAuditEvents', { params: { org } }),
    // It is an event itself.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['listAuditEvents'] }),
  })
  const refine = (patch: Record<string, string | undefined>) =>
    change({ ...patch, cursor: undefined }, 'replace')
  const list = (items: readonly AuditEvent[] | undefined) => (
    <AuditList
      org={org}
      events={items}
      onOpen={({ number }) => change({ event: String(number) })}
    />
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        sentence={t('about')}
        actions={
          events.data && (
            <>
              {mayExport && (
                <Button
                  component="a"
                  variant="default"
                  href={urlOf(endpoints.exportAuditEvents.path, { org }, filter)}
                  download
                  leftSection={<IconDownload size={16} aria-hidden />}
                >
                  {t('export')}
                </Button>
              )}
              <Button
                variant="default"
                loading={verify.isPending}
                onClick={() => verify.mutate()}
                leftSection={<IconShieldCheck size={16} aria-hidden />}
              >
                {t('verify.action')}
              </Button>
            </>
          )
        }
      />
      <div className="stack">
        {verify.error && <ProblemNotice error={verify.error} />}
        {verify.data && <VerifyNotice result={verify.data} />}
        <Loaded query={events} skeleton={<Panel flush>{list(undefined)}</Panel>}>
          {(page) => (
            <>
              <div>
                <AuditFilters asked={asked} onRefine={refine} />
                <Panel flush>
                  {page.items.length === 0 ? (
                    <NoEvents
                      isRefined={isRefined(asked)}
                      onClear={() => refine({ ...NO_FILTER })}
                    />
                  ) : (
                    list(page.items)
                  )}
                  <Pager nextCursor={page.nextCursor} />
                </Panel>
              </div>
              <RetentionPanel org={org} />
            </>
          )}
        </Loaded>
      </div>
      {address['event'] && (
        <AuditEventDrawer
          org={org}
          number={address['event']}
          onClose={() => change({ event: undefined })}
        />
      )}
    </>
  )
}

function NoEvents({ isRefined, onClear }: { isRefined: boolean; onClear: () => void }) {
  const { t } = useTranslation('audit')
  const icon = <IconHistory size={24} />
  if (!isRefined) return <Empty icon={icon} title={t('empty.title')} text={t('empty.text')} />
  return (
    <Empty
      icon={icon}
      title={t('empty.noMatch')}
      action={
        <Button variant="default" onClick={onClear}>
          {t('filter.clear')}
        </Button>
      }
    />
  )
}
