import type { EndpointName } from '@mooring/contract/endpoints'
import type { DeviceMarks } from '@mooring/contract/live'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext } from 'react'
import { hrefOf } from '../api.ts'
import { useMarks } from '../frame/use-marks.ts'

/** What is asked again when a mark changes. */
const BEHIND = {
  device: ['getDevice'],
  facts: ['getDevice', 'getDeviceFacts', 'listDeviceFactChanges'],
  commands: ['listDeviceCommands'],
} as const satisfies Record<keyof DeviceMarks, readonly EndpointName[]>

/** What is heard could get lost once; nobody has to look at it for long. */
export const LIVE_POLL_MS = 30_000
const Live = createContext(false)
/** Whether what happens to the device is heard at once, so that nobody needs to ask now and then. */
export const useIsLive = () => useContext(Live)

type Props = { org: string; device: string; children: ReactNode }

/** Keeps everything inside fresh that is about one device, as long as it is on the screen. */
export function LiveDevice({ org, device, children }: Props) {
  const queryClient = useQueryClient()
  const params = { org, device }
  const isLive = useMarks(hrefOf('watchDevice', params), (changed) => {
    const names = changed.flatMap((mark): readonly string[] =>
      Object.hasOwn(BEHIND, mark) ? BEHIND[mark as keyof DeviceMarks] : [],
    )
    for (const name of new Set(names)) {
      void queryClient.invalidateQueries({
        queryKey: [name, { params }],
        // What is being loaded for the first time brings it along.
        predicate: ({ state }) => state.data !== undefined,
      })
    }
  })
  return <Live.Provider value={isLive}>{children}</Live.Provider>
}
