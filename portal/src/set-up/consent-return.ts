import type { PlainSearch } from '../frame/plain-search.ts'

/** How somebody came back from Entra's consent page. */
export type ConsentReturn = { org: string; outcome: 'granted' | 'refused' }

/**
 * Reads the query that Entra's admin consent returns with. Only the outcome is taken from it: whether
 * consent really holds, the connection check finds out.
 *
 * @see Microsoft identity platform "Admin consent" › Successful response, Error response
 */
export function readConsentReturn(search: PlainSearch): ConsentReturn | undefined {
  const org = /^consent\.([a-z0-9-]{1,63})$/.exec(search['state'] ?? '')?.[1]
  if (org === undefined) return undefined
  const isGranted = search['admin_consent']?.toLowerCase() === 'true' && !search['error']
  return { org, outcome: isGranted ? 'granted' : 'refused' }
}
