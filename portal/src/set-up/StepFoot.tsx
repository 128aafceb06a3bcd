import type { Guide } from '@mooring/contract/set-up'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import classes from './StepPage.module.css'
import { isSettled } from './step-view.ts'
import { useStepHref } from './use-step-href.ts'

export function StepFoot({ guide, position }: { guide: Guide; position: number }) {
  const { t } = useTranslation('set-up')
  const hrefOf = useStepHref()
  const before = guide.steps[position - 1]
  const here = guide.steps[position]
  const after = guide.steps[position + 1]
  return (
    <nav className={classes['foot']} aria-label={t('steps.leaf')}>
      {before && (
        <ButtonLink
          href={hrefOf(before.id)}
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
        >
          {t('steps.previous')}
        </ButtonLink>
      )}
      {after && (
        <ButtonLink
          href={hrefOf(after.id)}
          variant={here && isSettled(here) ? 'filled' : 'default'}
          rightSection={<IconArrowRight size={16} aria-hidden />}
        >
          {t('steps.next', { title: after.title })}
        </ButtonLink>
      )}
    </nav>
  )
}
