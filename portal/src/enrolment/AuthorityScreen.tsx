import { Skeleton } from '@mantine/core'
import type { CertificateAuthority } from '@mooring/contract/certificates'
import { IconCertificate } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { Notice } from '../ui/Notice.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { AuthorityPanel } from './AuthorityPanel.tsx'
import { sortAuthorities } from './authority-view.ts'
import { CertificateSettingsPanel } from './CertificateSettingsPanel.tsx'
import { EnrolmentTabs } from './EnrolmentTabs.tsx'
import { ImportAuthority } from './ImportAuthority.tsx'
import { RollOver } from './RollOver.tsx'
import { AUTHORITY_TONES } from './tones.ts'

/** Who vouches for devices, for how long still, and what comes after. */
export function AuthorityScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const mayManage = useMay('certificates.manage')
  usePageTitle(t('authority.title'))
  const authorities = useQuery(ask('listCertificateAuthorities', { params: { org } }))
  return (
    <>
      <EnrolmentTabs at="certificateAuthority" />
      <Loaded query={authorities} skeleton={<AuthoritySkeleton />}>
        {({ items }) => {
          const { active, next, retired } = sortAuthorities(items)
          return (
            <>
              <PageHeader
                title={t('authority.title')}
                tag={
                  <StateTag
                    tone={active ? AUTHORITY_TONES.active : 'off'}
                    label={t(active ? 'authorityState.active' : 'authority.noneTag')}
                  />
                }
                sentence={<Sentence active={active} />}
              />
              <div className="stack">
                {!mayManage && (
                  <Notice tone="info" title={t('readOnly.title')}>
                    <p>{t('readOnly.text')}</p>
                  </Notice>
                )}
                {active ? <AuthorityPanel authority={active} /> : <NoAuthority />}
                {next && <AuthorityPanel authority={next} />}
                {mayManage && <RollOver org={org} active={active} next={next} />}
                <CertificateSettingsPanel org={org} />
                {mayManage && !next && <ImportAuthority org={org} isFirst={!active} />}
                {retired.map((authority) => (
                  <AuthorityPanel key={authority.id} authority={authority} />
                ))}
              </div>
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function Sentence({ active }: { active: CertificateAuthority | undefined }) {
  const { t } = useTranslation('enrolment')
  const { date, number } = useFormats()
  if (!active) return <>{t('authority.sentence.none')}</>
  const count = active.validCertificates
  return (
    <>
      {t('authority.sentence.active', {
        since: date(active.activatedAt ?? active.createdAt),
        until: date(active.notAfter),
      })}{' '}
      {t('authority.sentence.count', { count, number: number(count) })}
    </>
  )
}

function NoAuthority() {
  const { t } = useTranslation('enrolment')
  return (
    <Panel flush>
      <Empty
        icon={<IconCertificate size={24} />}
        title={t('authority.none')}
        text={t('authority.noneText')}
      />
    </Panel>
  )
}

function AuthoritySkeleton() {
  const { t } = useTranslation('enrolment')
  return (
    <div aria-busy>
      <PageHeader title={t('authority.title')} sentence={<Skeleton height={20} maw={480} />} />
      <Skeleton height={320} radius={8} mb="lg" />
      <Skeleton height={160} radius={8} />
    </div>
  )
}
