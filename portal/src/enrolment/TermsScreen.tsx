import { Skeleton } from '@mantine/core'
import type { TermsPage } from '@mooring/contract/terms-of-use'
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
import { TermsAnswers } from './TermsAnswers.tsx'
import { TermsEditor } from './TermsEditor.tsx'

/** The page that people accept before their device joins, where the organization wants one. */
export function TermsScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const mayConfigure = useMay('enrolment.configure')
  usePageTitle(t('terms.title'))
  const page = useQuery(ask('getTermsPage', { params: { org } }))
  return (
    <>
      <EnrolmentTabs at="enrolmentTerms" />
      <Loaded query={page} skeleton={<TermsSkeleton />}>
        {(data) => (
          <>
            <PageHeader
              title={t('terms.title')}
              tag={
                <StateTag
                  tone={data.enabled ? 'ok' : 'off'}
                  label={t(data.enabled ? 'terms.on' : 'terms.off')}
                />
              }
              sentence={<Sentence page={data} />}
            />
            <div className="stack">
              {!mayConfigure && (
                <Notice tone="info" title={t('readOnly.title')}>
                  <p>{t('readOnly.text')}</p>
                </Notice>
              )}
              {/* Begun anew when it was saved, here or by others. */}
              <TermsEditor key={data.updatedAt} org={org} page={data} />
              <TermsAnswers org={org} />
            </div>
          </>
        )}
      </Loaded>
    </>
  )
}

function Sentence({ page }: { page: TermsPage }) {
  const { t } = useTranslation('enrolment')
  const { dateTime, number } = useFormats()
  const { enabled, version, updatedAt, updatedBy } = page
  return (
    <>
      {t(enabled ? 'terms.sentence.on' : 'terms.sentence.off')}{' '}
      {updatedAt !== null &&
        t('terms.sentence.version', {
          version: number(version),
          time: dateTime(updatedAt),
          who: updatedBy ?? '–',
        })}
    </>
  )
}

function TermsSkeleton() {
  const { t } = useTranslation('enrolment')
  return (
    <div aria-busy>
      <PageHeader title={t('terms.title')} sentence={<Skeleton height={20} maw={480} />} />
      <Skeleton height={560} radius={8} />
    </div>
  )
}
