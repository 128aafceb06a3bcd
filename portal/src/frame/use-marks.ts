import { useEffect, useRef, useState } from 'react'

type Marks = Readonly<Record<string, string>>

/** What is another than before. At the beginning all: it may have changed before anybody listened. */
export function changedMarks(before: Marks | undefined, after: Marks): readonly string[] {
  return Object.keys(after).filter((name) => before?.[name] !== after[name])
}

/**
 * Listens to marks as the server tells them, and says which are others than before.
 *
 * @param href of a stream of events named `marks`.
 * @returns whether anything can be heard: where not, as behind a proxy that holds answers back, the caller
 *   asks again and again instead.
 */
export function useMarks(href: string, onChanged: (changed: readonly string[]) => void): boolean {
  const [isHearing, setHearing] = useState(false)
  const latest = useRef(onChanged)
  useEffect(() => {
    latest.current = onChanged
  })
  useEffect(() => {
    if (typeof EventSource === 'undefined') return
    let known: Marks | undefined
    const source = new EventSource(href)
    source.addEventListener('marks', (event) => {
      const marks = JSON.parse(event.data) as Marks
      setHearing(true)
      const changed = changedMarks(known, marks)
      known = marks
      if (changed.length > 0) latest.current(changed)
    })
    source.addEventListener('error', () => setHearing(false))
    return () => {
      source.close()
      setHearing(false)
    }
  }, [href])
  return isHearing
}
