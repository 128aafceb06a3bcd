import type { StepUpAct } from '@mooring/contract/step-up'

/** An act that waits for its proof. */
export type Asked = {
  readonly id: number
  readonly act: StepUpAct
  /** With the step-up that was proven, or with nothing: then the act does not happen. */
  readonly settle: (stepUp: string | undefined) => void
}

/** Acts that wait for their proof, one dialog at a time, in the order in which they were asked for. */
export function createStepUpQueue() {
  let waiting: readonly Asked[] = []
  let count = 0
  const listeners = new Set<() => void>()
  const change = (next: readonly Asked[]) => {
    waiting = next
    for (const listener of listeners) listener()
  }
  return {
    prove(act: StepUpAct): Promise<string | undefined> {
      return new Promise((resolve) => {
        const id = ++count
        const settle = (stepUp: string | undefined) => {
          change(waiting.filter((asked) => asked.id !== id))
          resolve(stepUp)
        }
        change([...waiting, { id, act, settle }])
      })
    },
    first: (): Asked | undefined => waiting[0],
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The one of this page. */
export const stepUps = createStepUpQueue()
