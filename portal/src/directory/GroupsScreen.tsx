import { NativeSelect } from '@mantine/core'
import { IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { CompletenessNotice } from './CompletenessNotice.tsx'
import { GroupList } from './GroupList.tsx'
import { ListFilters } from './ListFilters.tsx'
import { ListSummary } from './ListSummary.tsx'
import { FILTERS, readGroupsSearch } from './list-search.ts'
import { NothingListed } from './NothingListed.tsx'

const PAGE_SIZE = 50

export function GroupsScreen() {
  const { t } = useTranslation('directory')
  const org = useOrg()
  const [address, change] = usePageSearch()
  const search = readGroupsSearch(address)
  usePageTitle(t('groups.title'))
  const call = { params: { org }, query: { ...search, limit: PAGE_SIZE } }
  const firstCall = { ...call, query: { ...call.query, cursor: undefined } }
  const groups = useQuery({ ...ask('listGroups', call), placeholderData: keepPreviousData })
  const refine = (patch: Record<string, string | undefined>) =>
    change({ ...patch, cursor: undefined }, 'replace')
  const list = (items: NonNullable<typeof groups.data>['items'] | undefined) => (
    <GroupList
      groups={items}
      org={org}
      isDescending={search.descending === 'true'}
      onSort={() => refine({ descending: search.descending ? undefined : 'true' })}
    />
  )
  return (
    <>
      <PageHeader
        title={t('groups.title')}
        sentence={
          <>
            {t('groups.about')}{' '}
            {groups.data?.asOf && (
              <span className="nowrap">
                {t('asOf')} <Ago instant={groups.data.asOf} />
              </span>
            )}
          </>
        }
      />
      <ListFilters
        label={t('groups.search')}
        placeholder={t('groups.searchHint')}
        value={search.search}
        onSearch={(text) => refine({ search: text || undefined })}
      >
        <NativeSelect
          aria-label={t('groups.kindFilter')}
          value={search.kind ?? ''}
          data={[
            { value: '', label: t('groups.everyKind') },
            ...FILTERS.groupKinds.map((value) => ({ value, label: t(`groupKind.${value}`) })),
          ]}
          onChange={(event) => refine({ kind: event.currentTarget.value || undefined })}
        />
      </ListFilters>
      <Loaded query={groups} skeleton={<Panel flush>{list(undefined)}</Panel>}>
        {(page) => (
          <>
            <CompletenessNotice page={page} org={org} />
            <Panel flush>
              {page.items.length === 0 ? (
                <NothingListed
                  icon={<IconUsersGroup size={24} />}
                  kind="groups"
                  isRefined={Boolean(search.search || search.kind)}
                  onClear={() => refine({ search: undefined, kind: undefined })}
                />
              ) : (
                list(page.items)
              )}
              <Pager
                nextCursor={page.nextCursor}
                summary={
                  <ListSummary
                    total={page.total}
                    firstPage={ask('listGroups', firstCall).queryKey}
                    write={(count, number) => t('groups.total', { count, number })}
                  />
                }
              />
            </Panel>
          </>
        )}
      </Loaded>
    </>
  )
}
