import type { User } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { Address } from './Address.tsx'
import { nextSort, type readUsersSearch, type UserSort } from './list-search.ts'
import { useStateReason } from './state-reason.ts'
import { USER_TONES } from './tones.ts'
import classes from './UserList.module.css'

type Props = {
  users: readonly User[] | undefined
  org: string
  search: ReturnType<typeof readUsersSearch>
  onSort: (patch: Record<string, string | undefined>) => void
}

export function UserList({ users, org, search, onSort }: Props) {
  const { t } = useTranslation('directory')
  const sortBy = (column: UserSort): NonNullable<Column<User>['sort']> => ({
    direction:
      search.sort !== column ? 'none' : search.descending === 'true' ? 'descending' : 'ascending',
    onSort: () => onSort(nextSort(search, column)),
  })
  const reasonOf = useStateReason()
  // Where nearly everybody is active it would be an empty column, and take room from the names.
  const hasReasons = search.state === 'disabled' || search.state === 'removed'
  const typeColumn: Column<User> = {
    id: 'userType',
    head: t('field.userType'),
    from: 'wide',
    width: '10%',
    cell: (user) => t(`userType.${user.userType}`),
  }
  const reasonColumn: Column<User> = {
    id: 'reason',
    head: t('users.reason'),
    narrow: 'below',
    width: '22%',
    cell: (user) => <Reason reason={reasonOf(user)} deletedOn={user.deletedOn} />,
  }
  const columns: Column<User>[] = [
    {
      id: 'displayName',
      head: t('field.displayName'),
      narrow: 'first',
      width: hasReasons ? '22%' : '26%',
      sort: sortBy('displayName'),
      cell: (user) => (
        <PageLink href={paths.user(org, user.id)} strong>
          {user.displayName}
        </PageLink>
      ),
    },
    {
      id: 'userPrincipalName',
      head: t('field.userPrincipalName'),
      narrow: 'second',
      sort: sortBy('userPrincipalName'),
      cell: (user) => <Address text={user.userPrincipalName} />,
    },
    {
      id: 'department',
      head: t('field.department'),
      from: 'medium',
      width: hasReasons ? '16%' : '20%',
      sort: sortBy('department'),
      cell: (user) => user.department ?? <span className="soft">–</span>,
    },
    ...(hasReasons ? [] : [typeColumn]),
    {
      id: 'state',
      head: t('field.state'),
      narrow: 'end',
      width: '14%',
      cell: (user) => (
        <StateTag size="sm" tone={USER_TONES[user.state]} label={t(`userState.${user.state}`)} />
      ),
    },
    ...(hasReasons ? [reasonColumn] : []),
  ]
  return (
    <ItemList
      label={t('users.title')}
      columns={columns}
      items={users}
      keyOf={(user) => user.id}
      expected={12}
    />
  )
}

/** Why somebody is locked, and when they will be deleted here. Nothing for those who are active. */
function Reason({ reason, deletedOn }: { reason: string; deletedOn: string | null }) {
  const { t } = useTranslation('directory')
  const { date } = useFormats()
  if (!reason) return null
  return (
    <div className={classes['reason']}>
      <div>{reason}</div>
      {deletedOn && <div className="soft">{t('users.deletedOn', { date: date(deletedOn) })}</div>}
    </div>
  )
}
