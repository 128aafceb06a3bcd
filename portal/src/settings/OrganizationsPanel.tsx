import { Button } from '@mantine/core'
import type { Organization } from '@mooring/contract/organizations'
import { paths } from '@mooring/contract/paths'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { NewOrganizationForm } from './NewOrganizationForm.tsx'

/** All organizations of the installation, for those who manage them. */
export function OrganizationsPanel() {
  const { t } = useTranslation('settings')
  const { date } = useFormats()
  const [isMaking, setMaking] = useState(false)
  const list = useQuery(ask('listOrganizations', { query: { limit: 1000 } }))
  const columns: Column<Organization>[] = [
    {
      id: 'name',
      head: t('organization.name'),
      narrow: 'first',
      width: '40%',
      cell: ({ slug, name }) => (
        <PageLink href={paths.organization(slug)} strong>
          {name}
        </PageLink>
      ),
    },
    {
      id: 'slug',
      head: t('organization.slug'),
      narrow: 'second',
      cell: ({ slug }) => <code className="mono">{slug}</code>,
    },
    {
      id: 'home',
      head: t('organizations.kind'),
      narrow: 'end',
      cell: ({ isHome }) => (isHome ? t('organizations.home') : t('organizations.other')),
    },
    {
      id: 'since',
      head: t('organization.since'),
      from: 'medium',
      cell: ({ createdAt }) => date(createdAt),
    },
  ]
  const rows = (items: readonly Organization[] | undefined) => (
    <ItemList
      label={t('organizations.title')}
      columns={columns}
      items={items}
      keyOf={({ id }) => id}
      expected={2}
    />
  )
  return (
    <Panel
      title={t('organizations.title')}
      hint={t('organizations.hint')}
      flush
      action={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={isMaking}
          onClick={() => setMaking(true)}
        >
          {t('organizations.make')}
        </Button>
      }
    >
      {isMaking && <NewOrganizationForm onDone={() => setMaking(false)} />}
      <Loaded query={list} skeleton={rows(undefined)}>
        {(page) => rows(page.items)}
      </Loaded>
    </Panel>
  )
}
