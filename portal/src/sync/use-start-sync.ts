import { paths } from '@mooring/contract/paths'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../api.ts'
import { useOrg } from '../frame/navigation.ts'

/** `dry` shows what a run would change, and changes nothing. */
export type SyncWish = 'delta' | 'full' | 'dry'

/** Starts a run and opens its page, where one sees it at work. */
export function useStartSync() {
  const org = useOrg()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (wish: SyncWish) =>
      call('createSyncRun', {
        params: { org },
        body: wish === 'dry' ? { dryRun: true } : { mode: wish },
      }),
    onSuccess: async (run) => {
      await queryClient.invalidateQueries({ queryKey: ['listSyncRuns'] })
      await navigate({ to: paths.syncRun(org, run.id) })
    },
  })
}
