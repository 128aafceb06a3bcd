import { useSyncExternalStore } from 'react'
import { useFormats } from '../language/format.ts'

const BEAT_MS = 15_000
let nowMs = Date.now()

function subscribe(onBeat: () => void) {
  const timer = setInterval(() => {
    nowMs = Date.now()
    onBeat()
  }, BEAT_MS)
  return () => clearInterval(timer)
}

/** The present, fresh every quarter of a minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs)
}

/** How long ago something was; the exact time is its tooltip. */
export function Ago({ instant }: { instant: string }) {
  const formats = useFormats()
  // An instant that has just arrived may lie after the last beat.
  const now = Math.max(useNow(), Math.min(Date.parse(instant), Date.now()))
  return (
    <time dateTime={instant} title={formats.exact(instant)} className="nowrap">
      {formats.ago(instant, now)}
    </time>
  )
}
