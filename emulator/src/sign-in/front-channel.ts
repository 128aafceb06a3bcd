/** What an app answered to the call of its LogoutUrl. */
export type LogoutCall = { readonly url: string; readonly status: number | 'none' }

const answerWithinMs = 5000

/** Calls each URL as an iframe would, without cookies. */
export function callLogoutUrls(urls: readonly string[]): Promise<LogoutCall[]> {
  return Promise.all(
    urls.map(async (url) => {
      try {
        const signal = AbortSignal.timeout(answerWithinMs)
        const { status } = await fetch(url, { redirect: 'manual', signal })
        return { url, status }
      } catch {
        // Nobody there: a browser shows an empty frame and goes on.
        return { url, status: 'none' as const }
      }
    }),
  )
}
