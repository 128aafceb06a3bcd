import type { CommandBatch, NewCommandBatch } from '@mooring/contract/command-batches'
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api.ts'

export type GivingToMany = UseMutationResult<CommandBatch, Error, NewCommandBatch>

/** Tells many devices something. */
export function useGiveToMany(org: string): GivingToMany {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: NewCommandBatch) => call('createCommandBatch', { params: { org }, body }),
    onSuccess: () =>
      Promise.all(
        ['listCommandQueue', 'listDeviceCommands', 'getCommandBatch'].map((name) =>
          queryClient.invalidateQueries({ queryKey: [name] }),
        ),
      ),
  })
}
