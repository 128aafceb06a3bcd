import type { Group } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'

type Props = {
  groups: readonly Group[] | undefined
  org: string
  isDescending: boolean
  onSort: () => void
}

export function GroupList({ groups, org, isDescending, onSort }: Props) {
  const { t } = useTranslation('directory')
  const { number } = useFormats()
  const kindOf = (group: Group) =>
    group.isDynamic
      ? t('groups.dynamic', { kind: t(`groupKind.${group.kind}`) })
      : t(`groupKind.${group.kind}`)
  const membersOf = (group: Group) => {
    if (group.membersHidden) return t('groups.hidden')
    return group.memberCount === null ? '–' : number(group.memberCount)
  }
  const columns: Column<Group>[] = [
    {
      id: 'displayName',
      head: t('field.displayName'),
      narrow: 'first',
      width: '32%',
      sort: { direction: isDescending ? 'descending' : 'ascending', onSort },
      cell: (group) => (
        <PageLink href={paths.group(org, group.id)} strong>
          {group.displayName}
        </PageLink>
      ),
    },
    { id: 'kind', head: t('field.kind'), narrow: 'second', cell: kindOf },
    {
      id: 'description',
      head: t('field.description'),
      from: 'medium',
      width: '34%',
      cell: (group) => group.description ?? <span className="soft">–</span>,
    },
    { id: 'members', head: t('field.members'), narrow: 'end', numeric: true, cell: membersOf },
  ]
  return (
    <ItemList
      label={t('groups.title')}
      columns={columns}
      items={groups}
      keyOf={(group) => group.id}
      expected={12}
    />
  )
}
