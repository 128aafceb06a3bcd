import { Skeleton } from '@mantine/core'
import type { EnrolmentSettings } from '@mooring/contract/enrolment'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { EnrolmentTabs } from './EnrolmentTabs.tsx'
import { RulesForm } from './RulesForm.tsx'
import { RulesSentence } from './RulesSentence.tsx'

/** Who may enrol devices, and which. */
export function RulesScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const mayConfigure = useMay('enrolment.configure')
  usePageTitle(t('rules.title'))
  const settings = useQuery(ask('getEnrolmentSettings', { params: { org } }))
  return (
    <>
      <EnrolmentTabs at="enrolmentRules" />
      <Loaded query={settings} skeleton={<RulesSkeleton />}>
        {(data) => {
          const isOpen = data.who.kind !== 'nobody'
          return (
            <>
              <PageHeader
                title={t('rules.title')}
                tag={
                  <StateTag
                    tone={isOpen ? 'ok' : 'off'}
                    label={t(isOpen ? 'rules.open' : 'rules.closed')}
                  />
                }
                sentence={
                  <>
                    <RulesSentence settings={data} /> <Since settings={data} />
                  </>
                }
              />
              <div className="stack">
                {!mayConfigure && (
                  <Notice tone="info" title={t('readOnly.title')}>
                    <p>{t('readOnly.text')}</p>
                  </Notice>
                )}
                {/* Begun anew when it was saved, here or by others. */}
                <RulesForm key={data.updatedAt} org={org} settings={data} />
              </div>
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function Since({ settings }: { settings: EnrolmentSettings }) {
  const { t } = useTranslation('enrolment')
  const { dateTime } = useFormats()
  const { updatedAt, updatedBy } = settings
  if (updatedAt === null) return <>{t('rules.defaults')}</>
  return <>{t('rules.changed', { time: dateTime(updatedAt), who: updatedBy ?? '–' })}</>
}

function RulesSkeleton() {
  const { t } = useTranslation('enrolment')
  return (
    <div aria-busy>
      <PageHeader title={t('rules.title')} sentence={<Skeleton height={20} maw={480} />} />
      <Skeleton height={520} radius={8} />
    </div>
  )
}
