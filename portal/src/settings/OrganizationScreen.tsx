import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { DeleteOrganization } from './DeleteOrganization.tsx'
import { OrganizationName } from './OrganizationName.tsx'
import { OrganizationsPanel } from './OrganizationsPanel.tsx'

export function OrganizationScreen() {
  const { t } = useTranslation('settings')
  const org = useOrg()
  const mayManage = useMay('organizations.manage')
  const organization = useQuery(ask('getOrganization', { params: { org } }))
  usePageTitle(t('organization.title'))
  return (
    <>
      <PageHeader title={t('organization.title')} sentence={t('organization.about')} />
      <Loaded query={organization} skeleton={<Skeleton height={180} radius={8} />}>
        {(data) => (
          <div className="stack">
            <OrganizationName key={data.slug} organization={data} />
            {mayManage && <OrganizationsPanel />}
            {mayManage && !data.isHome && <DeleteOrganization organization={data} />}
          </div>
        )}
      </Loaded>
    </>
  )
}
