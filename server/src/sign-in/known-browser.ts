import type { Db } from '../platform/database.ts'
import type { Call } from '../platform/http/call.ts'
import type { Administrator } from './administrator.ts'
import { renewKnownBrowser, saveKnownBrowser } from './known-browsers-store.ts'
import { newBrowserToken } from './token.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** From one sign-in to the next; longer than the longest leave. */
const KNOWN_MS = 180 * DAY_MS

/**
 * The cookie by which a browser is known again. It opens nothing: it only spares whoever signs in there
 * the waits that strangers cause who guess elsewhere.
 */
export const browserCookieName = (publicUrl: URL): string =>
  publicUrl.protocol === 'https:' ? '__Host-mooring-browser' : 'mooring-browser'

/**
 * Remembers that an administrator signed in with a browser. The token is new each time, so that one
 * planted before is worth nothing.
 *
 * @returns the browser's new token.
 */
export async function rememberBrowser(
  tx: Db,
  administrator: Pick<Administrator, 'organization' | 'id'>,
  { before, now }: { readonly before: string | undefined; readonly now: Date },
): Promise<string> {
  const token = newBrowserToken()
  if (before) await renewKnownBrowser(tx, { before, after: token })
  const expiresAt = new Date(now.getTime() + KNOWN_MS)
  await saveKnownBrowser(tx, administrator, { token, now, expiresAt })
  return token
}

export function setBrowserCookie(
  publicUrl: URL,
  { cookies }: Pick<Call, 'cookies'>,
  token: string,
): void {
  cookies.set(browserCookieName(publicUrl), token, KNOWN_MS / 1000)
}
