import { Skeleton } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import type { SignInTest } from '@mooring/contract/single-sign-on'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CheckList } from '../frame/CheckList.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ask } from '../query.ts'
import { AttemptTrouble } from '../sign-in/AttemptTrouble.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { TestClaims } from './TestClaims.tsx'
import { TestedAccount } from './TestedAccount.tsx'

const BEAT_MS = 2000
const TONES = { open: 'busy', succeeded: 'ok', refused: 'wrong', expired: 'off' } as const

/** What a sign-in test showed. */
export function SignInTestScreen() {
  const { t } = useTranslation('single-sign-on')
  const org = useOrg()
  const attempt = useParam('attempt')
  usePageTitle(t('result.title'))
  const test = useQuery({
    ...ask('getSignInTest', { params: { org, attempt } }),
    refetchInterval: (query) => (query.state.data?.attempt.state === 'open' ? BEAT_MS : false),
  })
  return (
    <Loaded
      query={test}
      skeleton={
        <>
          <PageHeader title={t('result.title')} sentence={<Skeleton height={20} width={280} />} />
          <div className="stack" aria-busy>
            <Skeleton height={280} radius={8} />
            <Skeleton height={200} radius={8} />
          </div>
        </>
      }
    >
      {(data) => <Result test={data} org={org} />}
    </Loaded>
  )
}

function Result({ test, org }: { test: SignInTest; org: string }) {
  const { t } = useTranslation('single-sign-on')
  const { attempt, checks, claims, account } = test
  return (
    <>
      <PageHeader
        title={t('result.title')}
        above={<PageLink href={paths.signInSettings(org)}>{t('title')}</PageLink>}
        tag={
          <span role="status">
            <StateTag tone={TONES[attempt.state]} label={t(`result.state.${attempt.state}`)} />
          </span>
        }
        sentence={t(`result.sentence.${attempt.state}`)}
      />
      <div className="stack">
        {attempt.trouble && <AttemptTrouble trouble={attempt.trouble} />}
        {account && <TestedAccount account={account} org={org} />}
        {checks.length > 0 && (
          <Panel title={t('result.checks')} hint={t('result.checksHint')} flush>
            <CheckList checks={checks} />
          </Panel>
        )}
        {claims && <TestClaims claims={claims} />}
      </div>
    </>
  )
}
