import type { DoctorFinding } from '@mooring/contract/enrolment-doctor'
import { useTranslation } from 'react-i18next'
import { CopyCode } from '../frame/Copy.tsx'
import { OutsideLink } from '../frame/OutsideLink.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'

/** One code: what was going on, why it ended, and what to do. */
export function FindingPanel({ finding }: { finding: DoctorFinding }) {
  const { t } = useTranslation('enrolment')
  const { code, name, title, story, cause, remedy, shown, reasons, link } = finding
  const told = [
    ['story', story],
    ['cause', cause],
    ['remedy', remedy],
    ['shown', shown],
  ] as const
  return (
    <Panel
      id={code.replaceAll(' ', '-')}
      title={title}
      hint={
        <>
          {name && <code className={`mono ${classes['name']}`}>{name}</code>}
          <CopyCode value={code} what={t('doctor.code')} />
        </>
      }
    >
      <dl className={classes['diagnosis']}>
        {told.map(
          ([part, words]) =>
            words !== null && (
              <div key={part}>
                <dt>{t(`doctor.${part}`)}</dt>
                <dd>{words}</dd>
              </div>
            ),
        )}
      </dl>
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
