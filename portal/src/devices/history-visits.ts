type Change = { readonly at: string }

/** Changes that were told at the same moment belong together; the order stays. */
export function visitsOf<Item extends Change>(
  changes: readonly Item[],
): { readonly at: string; readonly changes: readonly Item[] }[] {
  const visits = new Map<string, Item[]>()
  for (const change of changes) {
    const same = visits.get(change.at)
    if (same) same.push(change)
    else visits.set(change.at, [change])
  }
  return [...visits].map(([at, together]) => ({ at, changes: together }))
}
