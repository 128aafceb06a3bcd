import type { DirectoryChange } from '@mooring/contract/directory'

/** What happened at once: the changes that one run made. */
export type Moment = {
  readonly key: string
  readonly run: string | null
  readonly at: string
  readonly changes: readonly DirectoryChange[]
}

/** Puts together what stands together in a list and came with the same run. */
export function momentsOf(changes: readonly DirectoryChange[]): readonly Moment[] {
  const moments: (Moment & { changes: DirectoryChange[] })[] = []
  for (const change of changes) {
    const last = moments.at(-1)
    if (last && change.run !== null && last.run === change.run) last.changes.push(change)
    else {
      const { run, at, number } = change
      moments.push({ key: String(number), run, at, changes: [change] })
    }
  }
  return moments
}
