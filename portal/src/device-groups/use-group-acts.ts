import type { AnswerOf, EndpointName } from '@mooring/contract/endpoints'
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { type Call, call } from '../api.ts'

type GroupAct = Extract<
  EndpointName,
  | 'createDeviceGroup'
  | 'changeDeviceGroup'
  | 'deleteDeviceGroup'
  | 'addDeviceGroupMembers'
  | 'removeDeviceGroupMembers'
>

/** Does something to a group; whatever shows groups or their devices is looked up anew. */
export function useGroupAct<Name extends GroupAct>(
  name: Name,
): UseMutationResult<AnswerOf<Name>, Error, Call<Name>> {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (parts: Call<Name>) => call(name, parts),
    onSuccess: async () => {
      // One that was deleted is not asked for once more.
      const names = [
        'listDeviceGroups',
        ...(name === 'deleteDeviceGroup' ? [] : ['getDeviceGroup']),
      ]
      for (const shown of [...names, 'listDevices']) {
        await queryClient.invalidateQueries({ queryKey: [shown] })
      }
    },
  })
}
