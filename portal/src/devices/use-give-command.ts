import type { DeviceCommand, NewCommand } from '@mooring/contract/management'
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api.ts'
import { usePageSearch } from '../frame/navigation.ts'

export type Giving = UseMutationResult<DeviceCommand, Error, NewCommand>

/** Gives the device a command, and shows what becomes of it. */
export function useGiveCommand(org: string, device: string): Giving {
  const queryClient = useQueryClient()
  const [, change] = usePageSearch()
  return useMutation({
    mutationFn: (body: NewCommand) =>
      call('createDeviceCommand', { params: { org, device }, body }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['listDeviceCommands'] })
      change({ tab: 'commands', cursor: undefined, filter: undefined })
    },
  })
}
