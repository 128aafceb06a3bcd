import type { GuidePatch } from '@mooring/contract/set-up'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '../api.ts'
import { useOrg } from '../frame/navigation.ts'
import { ask } from '../query.ts'

/** The guide as the server sees it, looked at again regularly: somebody else may be at work in it. */
export function useGuide() {
  const org = useOrg()
  return useQuery({ ...ask('getGuide', { params: { org } }), refetchInterval: 15_000 })
}

export function usePatchGuide() {
  const org = useOrg()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (patch: GuidePatch) => call('patchGuide', { params: { org }, body: patch }),
    onSuccess: (guide) => {
      queryClient.setQueryData(ask('getGuide', { params: { org } }).queryKey, guide)
    },
  })
}

/** Everything that shows how the connection stands. */
export function useRefreshConnection() {
  const queryClient = useQueryClient()
  return () =>
    Promise.all(
      ['getGuide', 'getOverview', 'listUsers', 'listGroups'].map((name) =>
        queryClient.invalidateQueries({ queryKey: [name] }),
      ),
    )
}

/** Looks again, past every cache. Before there is a connection only the guide itself can look. */
export function useCheckAgain(isConnected: boolean) {
  const org = useOrg()
  const refresh = useRefreshConnection()
  return useMutation({
    mutationFn: async () => {
      if (isConnected) await call('checkConnection', { params: { org } })
    },
    onSettled: refresh,
  })
}
