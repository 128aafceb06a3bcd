import type { SyncRun } from '@mooring/contract/directory'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { hrefOf } from '../api.ts'
import { ask } from '../query.ts'
import { isUnderWay } from './run-tone.ts'

const POLL_MS = 2_000
/** A run that waits for a decision may be decided by somebody else, or be replaced by a newer one. */
const HELD_POLL_MS = 15_000

/**
 * A run, and each of its moves as the server tells them. Where nothing can be heard, as behind a proxy
 * that holds answers back, the run is asked for again and again instead.
 */
export function useWatchedRun(org: string, id: string) {
  const queryClient = useQueryClient()
  const [isHearing, setHearing] = useState(false)
  const run = useQuery({
    ...ask('getSyncRun', { params: { org, run: id } }),
    refetchInterval: ({ state: { data } }) => {
      if (data?.state === 'held') return HELD_POLL_MS
      return isUnderWay(data) && !isHearing ? POLL_MS : false
    },
  })
  const isMoving = isUnderWay(run.data)
  const { refetch } = run

  useEffect(() => {
    if (!isMoving || typeof EventSource === 'undefined') return
    const { queryKey } = ask('getSyncRun', { params: { org, run: id } })
    const source = new EventSource(hrefOf('watchSyncRun', { org, run: id }))
    source.addEventListener('run', (event) => {
      setHearing(true)
      const moved = JSON.parse(event.data) as SyncRun
      if (!isUnderWay(moved)) source.close()
      // Words in an event are in the browser's language, which need not be the portal's.
      if (moved.problem || moved.holds.length > 0) void refetch()
      else queryClient.setQueryData(queryKey, moved)
    })
    source.addEventListener('error', () => setHearing(false))
    return () => {
      source.close()
      setHearing(false)
    }
  }, [isMoving, org, id, queryClient, refetch])
  return run
}
