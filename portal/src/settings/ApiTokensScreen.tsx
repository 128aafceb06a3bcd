import { Button } from '@mantine/core'
import type { AnswerOf } from '@mooring/contract/endpoints'
import { IconKey, IconPlus } from '@tabler/icons-react'
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
import { ApiTokenForm } from './ApiTokenForm.tsx'
import { ApiTokenList } from './ApiTokenList.tsx'
import { OneTimeSecret } from './OneTimeSecret.tsx'

export function ApiTokensScreen() {
  const { t } = useTranslation('settings')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const mayWrite = useMay('tokens.write')
  const [isMaking, setMaking] = useState(false)
  const [fresh, setFresh] = useState<AnswerOf<'createToken'>>()
  usePageTitle(t('tokens.title'))
  const list = useQuery(ask('listTokens', { params: { org }, query: { cursor } }))
  return (
    <>
      <PageHeader
        title={t('tokens.title')}
        sentence={t('tokens.about')}
        actions={
          mayWrite && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              disabled={isMaking}
              onClick={() => setMaking(true)}
            >
              {t('tokens.make')}
            </Button>
          )
        }
      />
      <div className="stack">
        {isMaking && (
          <ApiTokenForm
            org={org}
            onMade={(token) => {
              setMaking(false)
              setFresh(token)
            }}
            onCancel={() => setMaking(false)}
          />
        )}
        {fresh && (
          <OneTimeSecret
            title={t('tokens.fresh.title', { name: fresh.name })}
            hint={t('tokens.fresh.hint')}
            label={t('tokens.fresh.label')}
            value={fresh.token}
            onDone={() => setFresh(undefined)}
          />
        )}
        <Loaded
          query={list}
          skeleton={
            <Panel flush>
              <ApiTokenList tokens={undefined} org={org} />
            </Panel>
          }
        >
          {(page) => (
            <Panel flush>
              {page.items.length === 0 ? (
                <Empty
                  icon={<IconKey size={24} />}
                  title={t('tokens.none')}
                  text={t('tokens.noneText')}
                />
              ) : (
                <ApiTokenList tokens={page.items} org={org} />
              )}
              <Pager nextCursor={page.nextCursor} />
            </Panel>
          )}
        </Loaded>
      </div>
    </>
  )
}
