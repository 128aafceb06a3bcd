import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ask } from '../query.ts'
import { UserRolesPanel } from '../roles/UserRolesPanel.tsx'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { Address } from './Address.tsx'
import { ObjectSkeleton } from './ObjectSkeleton.tsx'
import { ObjectTabs } from './ObjectTabs.tsx'
import { USER_TONES } from './tones.ts'
import { UserFields } from './UserFields.tsx'
import { UserGroups } from './UserGroups.tsx'
import { UserHistory } from './UserHistory.tsx'
import { UserSentence } from './UserSentence.tsx'

export function UserScreen() {
  const { t } = useTranslation(['directory', 'roles'])
  const org = useOrg()
  const maySeeRoles = useMay('roles.read')
  const user = useQuery(ask('getUser', { params: { org, user: useParam('user') } }))
  usePageTitle(user.data?.displayName ?? t('user.title'))
  const above = <PageLink href={paths.users(org)}>{t('users.title')}</PageLink>
  return (
    <Loaded query={user} skeleton={<ObjectSkeleton title={t('user.title')} above={above} />}>
      {(data) => (
        <>
          <PageHeader
            title={data.displayName}
            above={above}
            tag={<StateTag tone={USER_TONES[data.state]} label={t(`userState.${data.state}`)} />}
            sentence={
              <>
                <div>
                  <Address text={data.userPrincipalName} />
                </div>
                <UserSentence user={data} />
              </>
            }
          />
          <ObjectTabs
            tabs={[
              { id: 'details', label: t('user.fields'), content: <UserFields user={data} /> },
              { id: 'groups', label: t('user.groups'), content: <UserGroups user={data} /> },
              ...(maySeeRoles
                ? [
                    {
                      id: 'roles',
                      label: t('roles:ofUser.tab'),
                      content: <UserRolesPanel user={data.id} />,
                    },
                  ]
                : []),
              { id: 'history', label: t('history.title'), content: <UserHistory user={data} /> },
            ]}
          />
        </>
      )}
    </Loaded>
  )
}
