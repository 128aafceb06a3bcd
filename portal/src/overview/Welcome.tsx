import { paths } from '@mooring/contract/paths'
import { IconPlugConnected } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { useMay } from '../sign-in/session.ts'
import { Panel } from '../ui/Panel.tsx'
import classes from './Welcome.module.css'

const STEPS = ['register', 'carry', 'sync'] as const

/** The first morning: nothing is connected, and what will happen is said in three lines. */
export function Welcome({ org }: { org: string }) {
  const { t } = useTranslation('overview')
  const mayConnect = useMay('connection.write')
  return (
    <Panel title={t('welcome.title')}>
      <div className={classes['welcome']}>
        <p className="soft">{t('welcome.text')}</p>
        <ol className={classes['steps']}>
          {STEPS.map((step) => (
            <li key={step}>
              <strong>{t(`welcome.${step}.title`)}</strong>
              <div className="soft">{t(`welcome.${step}.text`)}</div>
            </li>
          ))}
        </ol>
        {mayConnect ? (
          <ButtonLink
            href={paths.guide(org)}
            leftSection={<IconPlugConnected size={16} aria-hidden />}
          >
            {t('connect')}
          </ButtonLink>
        ) : (
          <p className="soft">{t('welcome.askSomebody')}</p>
        )}
      </div>
    </Panel>
  )
}
