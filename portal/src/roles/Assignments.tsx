import { NativeSelect } from '@mantine/core'
import { Role } from '@mooring/contract/permissions'
import { IconUserShield } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { AssignmentList } from './AssignmentList.tsx'

/** Roles given to people and groups. */
export function Assignments() {
  const { t } = useTranslation(['roles', 'frame'])
  const org = useOrg()
  const [search, change] = usePageSearch()
  const role = oneOf(Role.options, search['role'])
  const query = { cursor: search['cursor'], ...(role ? { role } : {}) }
  const list = useQuery({
    ...ask('listRoleAssignments', { params: { org }, query }),
    placeholderData: keepPreviousData,
  })
  return (
    <Panel
      title={t('assignments.title')}
      hint={t('assignments.hint')}
      flush
      action={
        <NativeSelect
          size="xs"
          aria-label={t('assignments.filter')}
          value={role ?? ''}
          data={[
            { value: '', label: t('assignments.all') },
            ...Role.options.map((value) => ({ value, label: t(`frame:role.${value}`) })),
          ]}
          onChange={(event) =>
            change({ role: event.currentTarget.value || undefined, cursor: undefined })
          }
        />
      }
    >
      <Loaded query={list} skeleton={<AssignmentList assignments={undefined} />}>
        {(page) => (
          <>
            {page.items.length === 0 ? (
              <Empty
                icon={<IconUserShield size={24} />}
                title={t(role ? 'assignments.noneOfRole' : 'assignments.none')}
                text={t('assignments.noneText')}
              />
            ) : (
              <AssignmentList assignments={page.items} />
            )}
            <Pager nextCursor={page.nextCursor} />
          </>
        )}
      </Loaded>
    </Panel>
  )
}
