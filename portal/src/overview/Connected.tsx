import type { Overview } from '@mooring/contract/overview'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { ButtonLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'

/** What is connected, and what flows. */
export function Connected({ overview, org }: { overview: Overview; org: string }) {
  const { t } = useTranslation('overview')
  const { date } = useFormats()
  const mayRead = useMay('connection.read')
  const { tenant, syncUsers, syncGroups, lastSuccessAt } = overview
  const onOff = (on: boolean) => (
    <StateTag size="sm" tone={on ? 'ok' : 'off'} label={on ? t('on') : t('off')} />
  )
  return (
    <Panel
      title={t('connected.title')}
      action={
        mayRead && (
          <ButtonLink href={paths.guide(org)} variant="default" size="xs">
            {t('connected.open')}
          </ButtonLink>
        )
      }
    >
      {tenant ? (
        <Facts
          facts={[
            {
              name: t('connected.tenant'),
              value: tenant.name ?? <code className="mono">{tenant.tenantId}</code>,
            },
            {
              name: t('connected.lastSuccess'),
              value: lastSuccessAt ? <Ago instant={lastSuccessAt} /> : t('connected.never'),
            },
            { name: t('connected.users'), value: onOff(syncUsers) },
            { name: t('connected.groups'), value: onOff(syncGroups) },
            {
              name: t('connected.credential'),
              value: tenant.credentialExpiresAt
                ? date(tenant.credentialExpiresAt)
                : t('connected.credentialUnknown'),
            },
          ]}
        />
      ) : (
        <div className="soft">{t('connected.none')}</div>
      )}
    </Panel>
  )
}
