import type { AnswerOf } from '@mooring/contract/endpoints'
import { IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { EffectiveGroupList } from './EffectiveGroupList.tsx'

/** Every group a person is in, nested ones with the way there. */
export function UserGroups({ user }: { user: AnswerOf<'getUser'> }) {
  const { t } = useTranslation('directory')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const groups = useQuery({
    ...ask('listUserGroups', { params: { org, user: user.id }, query: { cursor } }),
    placeholderData: keepPreviousData,
  })
  return (
    <div className="stack">
      {groups.data && !groups.data.complete && (
        <Notice tone="busy" title={t('groupsIncomplete.title')}>
          <p>{t('groupsIncomplete.detail')}</p>
        </Notice>
      )}
      <Loaded
        query={groups}
        skeleton={
          <Panel flush>
            <EffectiveGroupList groups={undefined} org={org} />
          </Panel>
        }
      >
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <Empty icon={<IconUsersGroup size={24} />} title={t('user.noGroups')} />
            ) : (
              <EffectiveGroupList groups={page.items} org={org} />
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
    </div>
  )
}
