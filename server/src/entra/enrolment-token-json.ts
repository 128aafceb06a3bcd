/**
 * Parses JSON in which no name stands twice within an object: two readers could otherwise see two
 * different tokens in one.
 *
 * @returns `undefined` when it is no such JSON.
 */
export function parseStrictJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return repeatsName(text) ? undefined : value
  } catch {
    // No JSON: said by the caller.
    return undefined
  }
}

/** The tokens of JSON; what is between them is white space and colons, for it was parsed already. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g

type Open = { readonly names: Set<string>; expectsName: boolean }

function repeatsName(text: string): boolean {
  const open: (Open | undefined)[] = []
  for (const [token] of text.matchAll(TOKENS)) {
    const inner = open.at(-1)
    if (token === '{') open.push({ names: new Set(), expectsName: true })
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ',') {
      if (inner) inner.expectsName = true
    } else if (inner?.expectsName) {
      const name = JSON.parse(token) as string // a string, by its quotes
      if (inner.names.has(name)) return true
      inner.names.add(name)
      inner.expectsName = false
    }
  }
  return false
}
