const KEY = 'mooring-organization'
const SLUG = /^[a-z0-9-]{1,63}$/

/** Whose sign-in page this browser used last: providers lead back to the portal's bare address. */
export function lastOrganization(): string | undefined {
  try {
    const slug = localStorage.getItem(KEY)
    return slug !== null && SLUG.test(slug) ? slug : undefined
  } catch {
    return undefined // Storage is forbidden: then nothing is remembered.
  }
}

export function rememberOrganization(slug: string): void {
  try {
    localStorage.setItem(KEY, slug)
  } catch {
    // Storage is forbidden: then nothing is remembered.
  }
}
