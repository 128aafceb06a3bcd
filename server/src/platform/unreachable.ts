/** Marks a case that the types rule out. @throws {Error} when it is reached all the same: our bug. */
export function unreachable(value: never): never {
  throw new Error(`Reached a case that cannot be: ${JSON.stringify(value)}`)
}
