/**
 * Whether every text in it can be kept: PostgreSQL's texts hold no NUL, and nobody types one.
 *
 * @param value parsed JSON or query values.
 */
export function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0')
  if (Array.isArray(value)) return value.every(isPlain)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, part]) => !name.includes('\0') && isPlain(part))
}
