import type { AnswerOf } from '@mooring/contract/endpoints'
import type { MyDevice, OwnAct } from '@mooring/contract/my-devices'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '../api.ts'
import { ask } from '../query.ts'
import { isMoving } from './tones.ts'

/** While something is under way people look on; otherwise now and then. */
const POLL_MS = { moving: 3_000, usual: 60_000 }
const mine = ask('listMyDevices', {})

export function useMyDevices() {
  return useQuery({
    ...mine,
    refetchInterval: ({ state: { data } }) =>
      data?.items.some(({ requests }) => requests.some(isMoving)) ? POLL_MS.moving : POLL_MS.usual,
  })
}

/** What one does with a device; it then stands in the list as it is from then on. */
export function useOwnActs({ id }: Pick<MyDevice, 'id'>) {
  const queryClient = useQueryClient()
  const onSuccess = (device: MyDevice) =>
    queryClient.setQueryData(
      mine.queryKey,
      (before: AnswerOf<'listMyDevices'> | undefined) =>
        before && { items: before.items.map((old) => (old.id === device.id ? device : old)) },
    )
  // What was refused is no longer offered either.
  const onError = () => void queryClient.invalidateQueries({ queryKey: mine.queryKey })
  const act = useMutation({
    mutationFn: (name: OwnAct) =>
      call('actOnMyDevice', { params: { device: id }, body: { act: name } }),
    onSuccess,
    onError,
  })
  const reportLost = useMutation({
    mutationFn: (reason: string) =>
      call('reportMyDeviceLost', { params: { device: id }, body: { reason } }),
    onSuccess,
    onError,
  })
  return { act, reportLost }
}
