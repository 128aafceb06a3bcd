/** The query of a URL as plain texts, without the router's own JSON notation. */
export type PlainSearch = Record<string, string>

export function parsePlainSearch(search: string): PlainSearch {
  return Object.fromEntries(new URLSearchParams(search))
}

export function writePlainSearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => [name, String(value)])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

/** Splits a portal path, as the contract and the server write it, for the router. */
export function splitHref(href: string): { to: string; search: PlainSearch; hash?: string } {
  const url = new URL(href, 'https://portal.invalid')
  return {
    to: url.pathname,
    search: parsePlainSearch(url.search),
    ...(url.hash ? { hash: url.hash.slice(1) } : {}),
  }
}

/** One of the allowed values, or nothing: an address is typed by people, too. */
export function oneOf<Value extends string>(allowed: readonly Value[], text: string | undefined) {
  return allowed.find((value) => value === text)
}
