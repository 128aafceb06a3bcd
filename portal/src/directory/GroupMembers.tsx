import { Switch } from '@mantine/core'
import type { Member } from '@mooring/contract/directory'
import type { AnswerOf } from '@mooring/contract/endpoints'
import { IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { MemberList } from './MemberList.tsx'

/** A person of the tenant who is not part of this organization. */
const isOutsider = ({ kind, displayName }: Member) => kind === 'user' && !displayName

export function GroupMembers({ group }: { group: AnswerOf<'getGroup'> }) {
  const { t } = useTranslation('directory')
  const org = useOrg()
  const [search, change] = usePageSearch()
  const isTransitive = search['transitive'] === 'true'
  const { cursor } = search
  const query = { cursor, ...(isTransitive ? { transitive: 'true' as const } : {}) }
  const members = useQuery({
    ...ask('listMembers', { params: { org, group: group.id }, query }),
    placeholderData: keepPreviousData,
  })
  const hasOutsiders = members.data?.items.some(isOutsider) ?? false
  const panel = (content: ReactNode) => (
    <Panel
      title={t('group.members')}
      hint={hasOutsiders && t('members.outsiders')}
      flush
      action={
        <Switch
          label={t('members.transitive')}
          checked={isTransitive}
          onChange={(event) =>
            change({
              transitive: event.currentTarget.checked ? 'true' : undefined,
              cursor: undefined,
            })
          }
        />
      }
    >
      {content}
    </Panel>
  )
  return (
    <div className="stack">
      {group.membersHidden && (
        <Notice tone="unknown" title={t('members.hidden.title')}>
          <p>{t('members.hidden.detail')}</p>
        </Notice>
      )}
      {members.data && !members.data.membersComplete && !group.membersHidden && (
        <Notice tone="busy" title={t('members.incomplete.title')}>
          <p>{t('members.incomplete.detail')}</p>
        </Notice>
      )}
      <Loaded query={members} skeleton={panel(<MemberList members={undefined} org={org} />)}>
        {(page) =>
          panel(
            <>
              {page.items.length === 0 ? (
                <Empty icon={<IconUsersGroup size={24} />} title={t('members.none')} />
              ) : (
                <MemberList members={page.items} org={org} />
              )}
              <Pager nextCursor={page.nextCursor} />
            </>,
          )
        }
      </Loaded>
    </div>
  )
}
