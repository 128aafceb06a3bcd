import { useInterval } from '@mantine/hooks'
import { useEffect, useState } from 'react'

/** The present, fresh every second as long as somebody needs it so. */
export function useEverySecond(isNeeded: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  const { start, stop } = useInterval(() => setNow(Date.now()), 1_000)
  useEffect(() => {
    if (isNeeded) start()
    return stop
  }, [isNeeded, start, stop])
  return now
}
