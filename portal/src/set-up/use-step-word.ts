import type { GuideStep } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'

/** The word for how a step stands. */
export function useStepWord() {
  const { t } = useTranslation('set-up')
  return (step: GuideStep) =>
    step.state === 'notVisible' && step.marked ? t('state.marked') : t(`state.${step.state}`)
}
