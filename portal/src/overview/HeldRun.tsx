import type { Attention } from '@mooring/contract/overview'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Notice } from '../ui/Notice.tsx'

/** A run that waits for a decision: until somebody takes it, nobody is locked or removed. */
export function HeldRun({ entry }: { entry: Attention }) {
  const { t } = useTranslation('overview')
  return (
    <Notice
      tone="attention"
      title={entry.title}
      actions={
        <ButtonLink href={entry.href} size="xs">
          {t('held.action')}
        </ButtonLink>
      }
    >
      <p>{entry.detail}</p>
    </Notice>
  )
}
