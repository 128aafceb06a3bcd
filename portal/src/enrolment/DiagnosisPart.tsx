import { Skeleton } from '@mantine/core'
import type { Diagnosis } from '@mooring/contract/enrolment-doctor'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { ask } from '../query.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { AttemptList } from './AttemptList.tsx'
import { FindingPanel } from './FindingPanel.tsx'

/** What was found in a text: each code explained, and the attempts that it belongs to. */
export function DiagnosisPart({ org, text }: { org: string; text: string }) {
  const { t } = useTranslation('enrolment')
  const diagnosis = useQuery({
    ...ask('diagnoseEnrolment', { params: { org }, query: { text } }),
    placeholderData: keepPreviousData,
  })
  return (
    <Loaded query={diagnosis} skeleton={<Skeleton height={240} radius={8} />}>
      {(data) => (
        <>
          <div role="status" className="visually-hidden">
            {t('doctor.found', { codes: data.findings.length, attempts: data.attempts.length })}
          </div>
          {isEmpty(data) ? (
            <Notice tone="info" title={t('doctor.nothing')}>
              <p>{t('doctor.nothingText')}</p>
            </Notice>
          ) : (
            <>
              {data.findings.map((finding) => (
                <FindingPanel key={finding.code} finding={finding} />
              ))}
              <Panel
                flush={data.attempts.length > 0}
                title={t('doctor.attempts')}
                hint={t(data.ids.length > 0 ? 'doctor.attemptsById' : 'doctor.attemptsByCode')}
              >
                {data.attempts.length > 0 ? (
                  <AttemptList attempts={data.attempts} org={org} />
                ) : (
                  t('doctor.noAttempts')
                )}
              </Panel>
            </>
          )}
        </>
      )}
    </Loaded>
  )
}

const isEmpty = ({ findings, ids, attempts }: Diagnosis) =>
  findings.length + ids.length + attempts.length === 0
