import type { Connection } from '@mooring/contract/connection'
import { paths } from '@mooring/contract/paths'
import type { Guide } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/Ago.tsx'
import { useOrg } from '../frame/navigation.ts'
import { ButtonLink, PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateIcon } from '../ui/StateTag.tsx'
import classes from './ConnectedSummary.module.css'
import { daysLeft } from './days-left.ts'
import { useStepHref } from './use-step-href.ts'

/** What is connected, what to look out for, and what comes next. */
export function ConnectedSummary({ guide, connection }: { guide: Guide; connection: Connection }) {
  const { t } = useTranslation('set-up')
  const { date } = useFormats()
  const org = useOrg()
  const hrefOf = useStepHref()
  const left = daysLeft(connection.credential, useNow())
  const { expiresAt } = connection.credential
  const connected = [
    t('summary.tenant', { tenant: guide.lastCheck?.tenantName ?? connection.tenantId }),
    ...(connection.syncUsers ? [t('summary.users')] : []),
    ...(connection.syncGroups ? [t('summary.groups')] : []),
    ...(expiresAt ? [t('summary.credential', { date: date(expiresAt) })] : []),
  ]
  return (
    <Panel title={t('summary.title')}>
      {guide.lastCheck?.state === 'failed' && (
        <div style={{ marginBottom: 16 }}>
          <Notice
            tone="wrong"
            title={t('summary.broken')}
            actions={
              <ButtonLink href={`${paths.guide(org)}?view=connection`} variant="default" size="xs">
                {t('summary.toHealth')}
              </ButtonLink>
            }
          />
        </div>
      )}
      <ul className={classes['list']}>
        {connected.map((line) => (
          <li key={line}>
            <StateIcon tone="ok" />
            {line}
          </li>
        ))}
      </ul>
      {!left && <Notice tone="attention" title={t('summary.noExpiry')} />}
      {left && left.tone !== 'ok' && (
        <Notice tone={left.tone} title={t('summary.expiresSoon', { count: left.days })}>
          <p>{t('summary.expiresSoonText')}</p>
        </Notice>
      )}
      <h3 className={classes['next']}>{t('summary.next')}</h3>
      <ul className={classes['steps']}>
        <li>
          <PageLink href={paths.users(org)}>{t('summary.seePeople')}</PageLink>
        </li>
        <li>{t('summary.signIn')}</li>
        {guide.track === 'directory' && (
          <li>
            {t('summary.windows')}{' '}
            <PageLink href={`${hrefOf('services')}&track=choose`} inText>
              {t('track.change')}
            </PageLink>
          </li>
        )}
      </ul>
    </Panel>
  )
}
