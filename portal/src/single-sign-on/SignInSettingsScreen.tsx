import { Skeleton } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import type { Provider } from '@mooring/contract/single-sign-on'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { ProviderCheck } from './ProviderCheck.tsx'
import { ProviderForm } from './ProviderForm.tsx'
import { TestSignIn } from './TestSignIn.tsx'
import { ValuesToCarry } from './ValuesToCarry.tsx'

/** How people of the organization sign in. */
export function SignInSettingsScreen() {
  const { t } = useTranslation('single-sign-on')
  const org = useOrg()
  const mayWrite = useMay('signIn.write')
  usePageTitle(t('title'))
  const provider = useQuery(ask('getProvider', { params: { org } }))
  return (
    <Loaded query={provider} skeleton={<SettingsSkeleton />}>
      {(data) => {
        const isSaved = data.savedAt !== null
        const needsConnection = data.tenantId === null && data.settings.kind === 'entra'
        return (
          <>
            <PageHeader
              title={t('title')}
              sentence={<Sentence provider={data} />}
              tag={<OnOff isOn={isSaved && data.settings.enabled} />}
            />
            <div className="stack">
              {!mayWrite && (
                <Notice tone="info" title={t('readOnly.title')}>
                  <p>{t('readOnly.text')}</p>
                </Notice>
              )}
              {needsConnection && <ConnectFirst org={org} />}
              <ProviderForm key={data.savedAt} org={org} provider={data} />
              <ValuesToCarry provider={data} />
              {isSaved && mayWrite && <ProviderCheck org={org} />}
              {isSaved && mayWrite && <TestSignIn org={org} />}
            </div>
          </>
        )
      }}
    </Loaded>
  )
}

function OnOff({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation('single-sign-on')
  return <StateTag tone={isOn ? 'ok' : 'off'} label={t(isOn ? 'on' : 'off')} />
}

/** How it is, since when, and what would come next. */
function Sentence({ provider }: { provider: Provider }) {
  const { t } = useTranslation('single-sign-on')
  const { dateTime } = useFormats()
  const { savedAt, savedBy, settings, tenantId } = provider
  const { label } = settings
  if (savedAt === null) {
    return t(tenantId === null ? 'sentence.notConnected' : 'sentence.ready')
  }
  const values = { label, time: dateTime(savedAt), who: savedBy ?? '–' }
  return t(settings.enabled ? 'sentence.on' : 'sentence.off', values)
}

function ConnectFirst({ org }: { org: string }) {
  const { t } = useTranslation('single-sign-on')
  return (
    <Notice
      tone="attention"
      title={t('connectFirst.title')}
      actions={
        <ButtonLink href={paths.guide(org)} size="xs" variant="default">
          {t('connectFirst.action')}
        </ButtonLink>
      }
    >
      <p>{t('connectFirst.text')}</p>
    </Notice>
  )
}

function SettingsSkeleton() {
  const { t } = useTranslation('single-sign-on')
  return (
    <>
      <PageHeader title={t('title')} sentence={<Skeleton height={20} width={360} />} />
      <div className="stack" aria-busy>
        <Skeleton height={420} radius={8} />
        <Skeleton height={280} radius={8} />
      </div>
    </>
  )
}
