import { Skeleton } from '@mantine/core'
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
import { DigestPanel } from './DigestPanel.tsx'
import { EnrolmentTabs } from './EnrolmentTabs.tsx'
import { PollPanel } from './PollPanel.tsx'
import { PollSentence } from './PollSentence.tsx'
import { PushPanel } from './PushPanel.tsx'

/** When devices come, whether they can be called, and how they may prove themselves. */
export function SessionsScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const mayConfigure = useMay('enrolment.configure')
  const { dateTime } = useFormats()
  usePageTitle(t('sessions.title'))
  const settings = useQuery(ask('getSessionSettings', { params: { org } }))
  return (
    <>
      <EnrolmentTabs at="enrolmentSessions" />
      <Loaded query={settings} skeleton={<SessionsSkeleton />}>
        {(data) => (
          <>
            <PageHeader
              title={t('sessions.title')}
              tag={data.digest && <StateTag tone="attention" label={t('sessions.digest.tag')} />}
              sentence={
                <>
                  <PollSentence schedule={data.poll} />{' '}
                  {data.pollSaved
                    ? t('sessions.savedBy', {
                        time: dateTime(data.pollSaved.at),
                        who: data.pollSaved.by,
                      })
                    : t('sessions.poll.defaults')}
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
              <PollPanel key={data.pollSaved?.at} org={org} settings={data} />
              <PushPanel org={org} settings={data} />
              <DigestPanel org={org} settings={data} />
            </div>
          </>
        )}
      </Loaded>
    </>
  )
}

function SessionsSkeleton() {
  const { t } = useTranslation('enrolment')
  return (
    <div aria-busy>
      <PageHeader title={t('sessions.title')} sentence={<Skeleton height={20} maw={480} />} />
      <Skeleton height={520} radius={8} />
    </div>
  )
}
