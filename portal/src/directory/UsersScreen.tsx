import { NativeSelect } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
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
import { ListFilters } from './ListFilters.tsx'
import { ListSummary } from './ListSummary.tsx'
import { FILTERS, readUsersSearch } from './list-search.ts'
import { NothingListed } from './NothingListed.tsx'
import { UserList } from './UserList.tsx'

const PAGE_SIZE = 50

export function UsersScreen() {
  const { t } = useTranslation('directory')
  const org = useOrg()
  const [address, change] = usePageSearch()
  const search = readUsersSearch(address)
  usePageTitle(t('users.title'))
  const call = { params: { org }, query: { ...search, limit: PAGE_SIZE } }
  const firstCall = { ...call, query: { ...call.query, cursor: undefined } }
  const users = useQuery({ ...ask('listUsers', call), placeholderData: keepPreviousData })
  const refine = (patch: Record<string, string | undefined>) =>
    change({ ...patch, cursor: undefined }, 'replace')
  const isRefined = Boolean(search.search || search.state || search.userType)
  const list = (items: NonNullable<typeof users.data>['items'] | undefined) => (
    <UserList users={items} org={org} search={search} onSort={refine} />
  )
  return (
    <>
      <PageHeader
        title={t('users.title')}
        sentence={
          <>
            {t('users.about')}{' '}
            {users.data?.asOf && (
              <span className="nowrap">
                {t('asOf')} <Ago instant={users.data.asOf} />
              </span>
            )}
          </>
        }
      />
      <ListFilters
        label={t('users.search')}
        placeholder={t('users.searchHint')}
        value={search.search}
        onSearch={(text) => refine({ search: text || undefined })}
      >
        <NativeSelect
          aria-label={t('users.stateFilter')}
          value={search.state ?? ''}
          data={[
            { value: '', label: t('users.everyState') },
            ...FILTERS.userStates.map((value) => ({ value, label: t(`userState.${value}`) })),
          ]}
          onChange={(event) => refine({ state: event.currentTarget.value || undefined })}
        />
        <NativeSelect
          aria-label={t('users.typeFilter')}
          value={search.userType ?? ''}
          data={[
            { value: '', label: t('users.everyType') },
            ...FILTERS.userTypes.map((value) => ({ value, label: t(`userType.${value}`) })),
          ]}
          onChange={(event) => refine({ userType: event.currentTarget.value || undefined })}
        />
      </ListFilters>
      <Loaded query={users} skeleton={<Panel flush>{list(undefined)}</Panel>}>
        {(page) => (
          <>
            <CompletenessNotice page={page} org={org} />
            <Panel flush>
              {page.items.length === 0 ? (
                <NothingListed
                  icon={<IconUser size={24} />}
                  kind="users"
                  isRefined={isRefined}
                  onClear={() =>
                    refine({ search: undefined, state: undefined, userType: undefined })
                  }
                />
              ) : (
                list(page.items)
              )}
              <Pager
                nextCursor={page.nextCursor}
                summary={
                  <ListSummary
                    total={page.total}
                    firstPage={ask('listUsers', firstCall).queryKey}
                    write={(count, number) => t('users.total', { count, number })}
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
