import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { GroupFields } from './GroupFields.tsx'
import { GroupHistory } from './GroupHistory.tsx'
import { GroupLinks } from './GroupLinks.tsx'
import { GroupMembers } from './GroupMembers.tsx'
import { ObjectSkeleton } from './ObjectSkeleton.tsx'
import { ObjectTabs } from './ObjectTabs.tsx'

export function GroupScreen() {
  const { t } = useTranslation('directory')
  const { number } = useFormats()
  const org = useOrg()
  const group = useQuery(ask('getGroup', { params: { org, group: useParam('group') } }))
  usePageTitle(group.data?.displayName ?? t('group.title'))
  const above = <PageLink href={paths.groups(org)}>{t('groups.title')}</PageLink>
  return (
    <Loaded query={group} skeleton={<ObjectSkeleton title={t('group.title')} above={above} />}>
      {(data) => (
        <>
          <PageHeader
            title={data.displayName}
            above={above}
            sentence={data.description ?? t(`groupKind.${data.kind}`)}
          />
          <ObjectTabs
            tabs={[
              {
                id: 'members',
                label:
                  data.memberCount === null
                    ? t('group.members')
                    : t('group.membersCount', { number: number(data.memberCount) }),
                content: <GroupMembers group={data} />,
              },
              {
                id: 'member-of',
                label: t('group.memberOf', { number: number(data.memberOf.length) }),
                content: (
                  <GroupLinks
                    groups={data.memberOf}
                    label={t('group.memberOfLabel')}
                    none={t('group.notMember')}
                  />
                ),
              },
              { id: 'details', label: t('fields'), content: <GroupFields group={data} /> },
              { id: 'history', label: t('history.title'), content: <GroupHistory group={data} /> },
            ]}
          />
        </>
      )}
    </Loaded>
  )
}
