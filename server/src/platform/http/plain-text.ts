/**
 * Whether every text in it can be kept: PostgreSQL's texts hold no NUL, and nobody types one.
 *
 * @param value parsed JSON or query values.
 */
export function isPlain(value: unknown): boolean {
  // A list of our own in place of calls: a body can be nested deeper than calls can.
  const left = [value]
  while (left.length > 0) {
    const part = left.pop()
    if (typeof part === 'string' && part.includes('\0')) return false
    if (typeof part !== 'object' || part === null) continue
    for (const [name, inner] of Object.entries(part)) {
      if (name.includes('\0')) return false
      left.push(inner)
    }
  }
  return true
}
