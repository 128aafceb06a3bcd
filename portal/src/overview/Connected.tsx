import type { Overview } from '@mooring/contract/overview'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'

/** What is connected, and until when. */
export function Connected({ overview, org }: { overview: Overview; org: string }) {
  const { t } = useTranslation('overview')
  const { date } = useFormats()
  const mayRead = useMay('connection.read')
  const { tenant } = overview
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
