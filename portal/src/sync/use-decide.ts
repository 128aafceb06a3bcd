import type { SyncRun } from '@mooring/contract/directory'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, call } from '../api.ts'
import { ask } from '../query.ts'

/** Approves or gives up a held run; the page then shows what became of it. */
export function useDecide(org: string, id: string, onDecided: () => void) {
  const queryClient = useQueryClient()
  const params = { org, run: id }
  const onSuccess = async (run: SyncRun) => {
    queryClient.setQueryData(ask('getSyncRun', { params }).queryKey, run)
    onDecided()
    for (const name of ['listSyncRuns', 'getDirectoryStanding', 'getOverview']) {
      await queryClient.invalidateQueries({ queryKey: [name] })
    }
  }
  // Somebody else may have decided, or a newer run may have replaced it: the page then says so.
  const onError = (error: Error) => {
    const isConflict = error instanceof ApiError && error.status === 409
    if (isConflict) return queryClient.invalidateQueries(ask('getSyncRun', { params }))
    return undefined
  }
  const approve = useMutation({
    mutationFn: (reason: string) => call('approveSyncRun', { params, body: { reason } }),
    onSuccess,
    onError,
  })
  const giveUp = useMutation({
    mutationFn: (reason: string) =>
      call('cancelSyncRun', { params, body: reason === '' ? {} : { reason } }),
    onSuccess,
    onError,
  })
  return { approve, giveUp }
}
