import type { AnswerOf } from '@mooring/contract/endpoints'
import { paths } from '@mooring/contract/paths'
import { IconUsersGroup } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useOrg } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { FILTERS } from './list-search.ts'

type GroupLink = AnswerOf<'getGroup'>['memberOf'][number]
type Props = {
  groups: readonly GroupLink[]
  label: string
  none: string
}

/** Groups that a group is a direct member of. */
export function GroupLinks({ groups, label, none }: Props) {
  const { t } = useTranslation('directory')
  const org = useOrg()
  const kindOf = (group: GroupLink) => {
    const kind = oneOf(FILTERS.groupKinds, group.kind)
    return kind ? t(`groupKind.${kind}`) : group.kind
  }
  const columns: Column<GroupLink>[] = [
    {
      id: 'displayName',
      head: t('field.displayName'),
      narrow: 'first',
      cell: (group) => (
        <PageLink href={paths.group(org, group.id)} strong>
          {group.displayName}
        </PageLink>
      ),
    },
    { id: 'kind', head: t('field.kind'), narrow: 'second', width: '40%', cell: kindOf },
  ]
  return (
    <Panel flush>
      {groups.length === 0 ? (
        <Empty icon={<IconUsersGroup size={24} />} title={none} />
      ) : (
        <ItemList label={label} columns={columns} items={groups} keyOf={(group) => group.id} />
      )}
    </Panel>
  )
}
