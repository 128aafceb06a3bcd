/** The browser keeps pages from opening windows here. */
export class WindowBlocked extends Error {}

/** In CSS pixels. */
const SIZES = { small: { width: 520, height: 680 }, large: { width: 1040, height: 820 } }

/**
 * Opens a window of its own at the address that the server names. It is opened before the server is asked:
 * browsers allow it only while a click is fresh.
 *
 * Nothing is heard from it afterwards: it may not know this page (Cross-Origin-Opener-Policy), so that
 * what became of it is asked of the server.
 *
 * @throws {WindowBlocked} when the browser opens none; {ApiError} when the server names no address.
 */
export async function openAtProvider<Answer extends { redirectTo: string }>(
  name: string,
  ask: () => Promise<Answer>,
  size: keyof typeof SIZES = 'small',
): Promise<Answer> {
  const { width, height } = SIZES[size]
  const left = Math.max(0, window.screenX + (window.outerWidth - width) / 2)
  const top = Math.max(0, window.screenY + (window.outerHeight - height) / 3)
  const place = `width=${width},height=${height},left=${Math.round(left)},top=${Math.round(top)}`
  const opened = window.open('', name, `popup,${place}`)
  if (!opened) throw new WindowBlocked('no window was opened')
  try {
    const answer = await ask()
    opened.location.replace(answer.redirectTo)
    opened.focus()
    return answer
  } catch (error) {
    opened.close()
    throw error
  }
}
