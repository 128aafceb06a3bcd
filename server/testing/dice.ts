/** A small generator with a seed, so that a failure can be repeated: `roll(6)` gives 0 to 5. */
export function dice(seed: number) {
  let state = Math.imul(seed, 2_654_435_761) >>> 0
  const roll = (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
  return Object.assign(roll, {
    pick: <T>(list: readonly T[]): T | undefined => list[roll(list.length)],
  })
}

export type Dice = ReturnType<typeof dice>
