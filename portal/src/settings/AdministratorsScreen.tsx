import { Button } from '@mantine/core'
import type { AnswerOf } from '@mooring/contract/endpoints'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { AdministratorList } from './AdministratorList.tsx'
import type { FreshLink } from './fresh-link.ts'
import { InviteForm } from './InviteForm.tsx'
import { OneTimeSecret } from './OneTimeSecret.tsx'

export function AdministratorsScreen() {
  const { t } = useTranslation('settings')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const mayWrite = useMay('administrators.write')
  const [isInviting, setInviting] = useState(false)
  const [fresh, setFresh] = useState<FreshLink>()
  usePageTitle(t('administrators.title'))
  const list = useQuery(ask('listAdministrators', { params: { org }, query: { cursor } }))
  const show = (link: FreshLink) => {
    setInviting(false)
    setFresh(link)
  }
  const rows = (items: AnswerOf<'listAdministrators'>['items'] | undefined) => (
    <AdministratorList administrators={items} org={org} onFreshLink={show} />
  )
  return (
    <>
      <PageHeader
        title={t('administrators.title')}
        sentence={t('administrators.about')}
        actions={
          mayWrite && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              disabled={isInviting}
              onClick={() => setInviting(true)}
            >
              {t('administrators.invite')}
            </Button>
          )
        }
      />
      <div className="stack">
        {isInviting && (
          <InviteForm org={org} onInvited={show} onCancel={() => setInviting(false)} />
        )}
        {fresh && (
          <OneTimeSecret
            title={t('administrators.link.title', { email: fresh.email })}
            hint={t('administrators.link.hint')}
            label={t('administrators.link.label')}
            value={fresh.passwordLink}
            onDone={() => setFresh(undefined)}
          />
        )}
        <Loaded query={list} skeleton={<Panel flush>{rows(undefined)}</Panel>}>
          {(page) => (
            <Panel flush>
              {rows(page.items)}
              <Pager nextCursor={page.nextCursor} />
            </Panel>
          )}
        </Loaded>
      </div>
    </>
  )
}
