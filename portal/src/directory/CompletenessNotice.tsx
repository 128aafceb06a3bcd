import type { AnswerOf } from '@mooring/contract/endpoints'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { Notice } from '../ui/Notice.tsx'

type Page = Pick<AnswerOf<'listUsers'>, 'completeness' | 'asOf'>

/** Says when a list is not the whole, or no longer kept up. */
export function CompletenessNotice({ page, org }: { page: Page; org: string }) {
  const { t } = useTranslation('directory')
  const { dateTime } = useFormats()
  const { completeness, asOf } = page
  if (completeness === 'complete') return null
  const detail =
    completeness === 'switchedOff' && asOf
      ? t('completeness.switchedOff.asOf', { time: dateTime(asOf) })
      : t(`completeness.${completeness}.detail`)
  const href = completeness === 'firstSyncRunning' ? paths.syncRuns(org) : paths.guide(org)
  return (
    <div style={{ marginBottom: 16 }}>
      <Notice
        tone={completeness === 'firstSyncRunning' ? 'busy' : 'off'}
        title={t(`completeness.${completeness}.title`)}
        actions={
          <ButtonLink href={href} variant="default" size="xs">
            {t(`completeness.${completeness}.action`)}
          </ButtonLink>
        }
      >
        <p>{detail}</p>
      </Notice>
    </div>
  )
}
