import { useQuery } from '@tanstack/react-query'
import { ask } from '../query.ts'
import { LIVE_POLL_MS, useIsLive } from './LiveDevice.tsx'

/** What a device tells comes with its visits: looking now and then is soon enough. */
const POLL_MS = 15_000

/** Everything that a device last said of itself. */
export function useFacts(org: string, device: string) {
  const isLive = useIsLive()
  return useQuery({
    ...ask('getDeviceFacts', { params: { org, device } }),
    refetchInterval: isLive ? LIVE_POLL_MS : POLL_MS,
  })
}
