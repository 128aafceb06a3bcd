import type { Member } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'

type Props = { members: readonly Member[] | undefined; org: string }

/** Where a member has its own page here; devices and others have none. */
function pageOf(member: Member, org: string): string | undefined {
  if (!member.id) return undefined
  if (member.kind === 'user') return paths.user(org, member.id)
  if (member.kind === 'group') return paths.group(org, member.id)
  return undefined
}

export function MemberList({ members, org }: Props) {
  const { t } = useTranslation('directory')
  const columns: Column<Member>[] = [
    {
      id: 'displayName',
      head: t('field.displayName'),
      narrow: 'first',
      width: '40%',
      cell: (member) => {
        const { kind, displayName: name } = member
        if (!name) return <span className="soft">{t(`members.unnamed.${kind}`)}</span>
        const href = pageOf(member, org)
        return href ? (
          <PageLink href={href} strong>
            {name}
          </PageLink>
        ) : (
          name
        )
      },
    },
    {
      id: 'kind',
      head: t('field.kind'),
      narrow: 'second',
      cell: (member) => t(`memberKind.${member.kind}`),
    },
    {
      id: 'entraId',
      head: t('field.entraId'),
      from: 'medium',
      cell: (member) => <code className="mono">{member.entraId}</code>,
    },
  ]
  return (
    <ItemList
      label={t('group.members')}
      columns={columns}
      items={members}
      keyOf={(member) => `${member.kind} ${member.entraId}`}
    />
  )
}
