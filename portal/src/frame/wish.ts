import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { PlainSearch } from './plain-search.ts'

export const START_SYNC = 'startSync'

/** Reads a wish from the state of the history entry; whatever else stands there is ignored. */
function readWish(state: unknown): unknown {
  return (state as { wish?: unknown } | undefined)?.wish
}

/** Fulfils a wish that came with the navigation, once, and takes it out of the history. */
export function useWish(wish: typeof START_SYNC, fulfil: () => void) {
  const navigate = useNavigate()
  const state = useRouterState({ select: (router) => router.location.state })
  const isDone = useRef(false)
  useEffect(() => {
    if (readWish(state) !== wish) isDone.current = false
    if (readWish(state) !== wish || isDone.current) return
    isDone.current = true
    void navigate({ to: '.', search: (before: PlainSearch) => before, state: {}, replace: true })
    fulfil()
  })
}
