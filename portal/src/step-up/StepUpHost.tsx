import { lazy, Suspense, useSyncExternalStore } from 'react'
import { loadMessages } from '../language/i18n.ts'
import { stepUps } from './step-up-queue.ts'

const StepUpDialog = lazy(async () => {
  const [module] = await Promise.all([import('./StepUpDialog.tsx'), loadMessages('step-up')])
  return { default: module.StepUpDialog }
})

/** Stands beside every screen, and asks when a dangerous act is to be proven. */
export function StepUpHost() {
  const asked = useSyncExternalStore(stepUps.subscribe, stepUps.first)
  if (!asked) return null
  return (
    <Suspense fallback={null}>
      <StepUpDialog key={asked.id} asked={asked} />
    </Suspense>
  )
}
