import type { Guide } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Notice } from '../ui/Notice.tsx'
import { ConnectedSummary } from './ConnectedSummary.tsx'
import { ServiceSwitches } from './ServiceSwitches.tsx'
import { useStepHref } from './use-step-href.ts'

export function ServicesPart({ guide }: { guide: Guide }) {
  const { t } = useTranslation('set-up')
  const hrefOf = useStepHref()
  const { connection } = guide
  if (!connection) {
    return (
      <Notice
        tone="off"
        title={t('services.secretFirst')}
        actions={
          <ButtonLink href={hrefOf('secret')} variant="default" size="xs">
            {t('services.toSecret')}
          </ButtonLink>
        }
      />
    )
  }
  return (
    <>
      <ServiceSwitches guide={guide} connection={connection} />
      <ConnectedSummary guide={guide} connection={connection} />
    </>
  )
}
