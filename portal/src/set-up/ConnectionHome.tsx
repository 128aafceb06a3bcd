import type { Guide } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Notice } from '../ui/Notice.tsx'
import { CredentialPanel } from './CredentialPanel.tsx'
import { HealthPanel } from './HealthPanel.tsx'
import { PermissionList } from './PermissionList.tsx'
import { RemoveConnection } from './RemoveConnection.tsx'
import { ServiceSwitches } from './ServiceSwitches.tsx'
import { useStepHref } from './use-step-href.ts'

/** The connection's home: how it is, what it may, what it stands on, what flows, and how to end it. */
export function ConnectionHome({ guide }: { guide: Guide }) {
  const { t } = useTranslation('set-up')
  const hrefOf = useStepHref()
  const { connection } = guide
  if (!connection) return null
  const permissions = guide.steps.find((step) => step.permissions)?.permissions
  const next = guide.steps.find(({ id }) => id === guide.nextStep)
  return (
    <div className="stack">
      {next && (
        <Notice
          tone="attention"
          title={t('home.openStep', { title: next.title })}
          actions={
            <ButtonLink href={hrefOf(next.id)} variant="default" size="xs">
              {t('home.toStep')}
            </ButtonLink>
          }
        >
          <p>{next.reason}</p>
        </Notice>
      )}
      <HealthPanel report={guide.lastCheck} />
      {permissions && <PermissionList permissions={permissions} />}
      <CredentialPanel guide={guide} connection={connection} />
      <ServiceSwitches guide={guide} connection={connection} />
      <RemoveConnection />
    </div>
  )
}
