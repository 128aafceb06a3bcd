import { Button } from '@mantine/core'
import type { MadeEnrolmentToken } from '@mooring/contract/enrolment'
import { IconPlus, IconTicket } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { EnrolmentTabs } from './EnrolmentTabs.tsx'
import { FreshToken } from './FreshToken.tsx'
import { TokenForm } from './TokenForm.tsx'
import { TokenList } from './TokenList.tsx'

/** Tokens for devices that do not come through Entra. */
export function TokensScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const mayManage = useMay('devices.manage')
  const [isMaking, setMaking] = useState(false)
  const [fresh, setFresh] = useState<MadeEnrolmentToken>()
  usePageTitle(t('token.title'))
  const tokens = useQuery(ask('listEnrolmentTokens', { params: { org }, query: { cursor } }))
  return (
    <>
      <EnrolmentTabs at="enrolmentTokens" />
      <PageHeader
        title={t('token.title')}
        sentence={t('token.about')}
        actions={
          mayManage && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              disabled={isMaking}
              onClick={() => setMaking(true)}
            >
              {t('token.make')}
            </Button>
          )
        }
      />
      <div className="stack">
        {isMaking && (
          <TokenForm
            org={org}
            onMade={(token) => {
              setMaking(false)
              setFresh(token)
            }}
            onCancel={() => setMaking(false)}
          />
        )}
        {fresh && <FreshToken token={fresh} onDone={() => setFresh(undefined)} />}
        <Loaded
          query={tokens}
          skeleton={
            <Panel flush>
              <TokenList tokens={undefined} org={org} />
            </Panel>
          }
        >
          {(page) => (
            <Panel flush>
              {page.items.length === 0 ? (
                <Empty
                  icon={<IconTicket size={24} />}
                  title={t('token.none')}
                  text={t('token.noneText')}
                />
              ) : (
                <TokenList tokens={page.items} org={org} />
              )}
              <Pager nextCursor={page.nextCursor} />
            </Panel>
          )}
        </Loaded>
      </div>
    </>
  )
}
