import { paths } from '@mooring/contract/paths'
import type { GuideStep } from '@mooring/contract/set-up'
import { useOrg } from '../frame/navigation.ts'

export function useStepHref() {
  const org = useOrg()
  return (step: GuideStep['id']) => paths.guide(org, step)
}
