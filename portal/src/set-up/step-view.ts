import type { Guide, GuideStep } from '@mooring/contract/set-up'
import type { Tone } from '../ui/tone.ts'

const STEP_TONES = {
  open: 'off',
  done: 'ok',
  wrong: 'wrong',
  notVisible: 'unknown',
} satisfies Record<GuideStep['state'], Tone>

/** A step that cannot be seen from here counts as done once somebody has marked it. */
export function stepTone(step: GuideStep): Tone {
  return step.state === 'notVisible' && step.marked ? 'ok' : STEP_TONES[step.state]
}

export const isSettled = (step: GuideStep) => stepTone(step) === 'ok'

export type EntraView =
  | { kind: 'chooseTrack' }
  | { kind: 'home' }
  | { kind: 'step'; step: GuideStep; position: number }

/**
 * What the page shows. The address decides if it says something that exists; otherwise one lands on
 * the first step that is not done, and on the connection once all are.
 */
export function chooseView(
  guide: Guide,
  asked: { view: string | undefined; step: string | undefined },
): EntraView {
  const isHome = asked.view === 'connection' || (asked.view !== 'guide' && guide.nextStep === null)
  if (guide.connection && isHome && asked.step === undefined) return { kind: 'home' }
  const first = guide.steps[0]
  if (guide.track === null || first === undefined) return { kind: 'chooseTrack' }
  const step =
    guide.steps.find(({ id }) => id === asked.step) ??
    guide.steps.find(({ id }) => id === guide.nextStep) ??
    first
  return { kind: 'step', step, position: guide.steps.indexOf(step) }
}
