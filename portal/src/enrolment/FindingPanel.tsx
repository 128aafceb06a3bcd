import type { DoctorFinding } from '@mooring/contract/enrolment-doctor'
import { useTranslation } from 'react-i18next'
import { CopyCode } from '../frame/Copy.tsx'
import { OutsideLink } from '../frame/OutsideLink.tsx'
import { type Fact, Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'

/** One code: what was going on, why it ended, and what to do. */
export function FindingPanel({ finding }: { finding: DoctorFinding }) {
  const { t } = useTranslation('enrolment')
  const { code, name, title, story, cause, remedy, shown, reasons, link } = finding
  const fact = (key: 'story' | 'cause' | 'remedy' | 'shown', value: string): Fact => ({
    name: t(`doctor.${key}`),
    value,
  })
  return (
    <Panel
      id={code.replaceAll(' ', '-')}
      title={title}
      hint={
        <>
          <CopyCode value={code} what={t('doctor.code')} />
          {name && <code className={`mono ${classes['name']}`}>{name}</code>}
        </>
      }
    >
      <Facts
        facts={[
          fact('story', story),
          fact('cause', cause),
          fact('remedy', remedy),
          ...(shown === null ? [] : [fact('shown', shown)]),
        ]}
      />
      {reasons.length > 0 && (
        <details className={classes['more']}>
          <summary>{t('doctor.reasons', { count: reasons.length })}</summary>
          <ul className={classes['reasons']}>
            {reasons.map((reason) => (
              <li key={reason.code}>
                <div>{reason.cause}</div>
                <div className="soft">{reason.remedy}</div>
              </li>
            ))}
          </ul>
        </details>
      )}
      {link && (
        <div className={classes['more']}>
          <OutsideLink href={link}>{t('doctor.atMicrosoft')}</OutsideLink>
        </div>
      )}
    </Panel>
  )
}
