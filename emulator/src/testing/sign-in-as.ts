import { Browser, type Page } from './browser.ts'

/** How a sign-in ended. */
export type SignInEnd =
  /** The login host sent the browser back to the app: the address, and what came along. */
  | {
      readonly kind: 'answer'
      readonly method: string
      readonly url: string
      readonly fields: Readonly<Record<string, string>>
    }
  /** The app's own page, with `follow`. */
  | { readonly kind: 'page'; readonly page: Page }
  /** Microsoft's error page, which leads nowhere. */
  | { readonly kind: 'refused'; readonly code: number; readonly page: Page }

export type SignInAs = {
  /** Where it begins: an authorization URL, or the app's own address that leads to one. */
  readonly url: string
  /** The emulator, or its URL. */
  readonly emulator: { readonly url: string }
  /** A browser with a history; none: a new one. */
  readonly browser?: Browser
  /** Goes on into the app with the answer, and ends on its page. */
  readonly follow?: boolean
  /** What is answered where the login host asks: by default the obliging answer. */
  readonly mfa?: 'Approve' | 'Deny'
  readonly consent?: 'Accept' | 'Cancel'
  /** Presses Cancel where the user name is asked. */
  readonly cancel?: boolean
}

/**
 * Signs a person in like a browser: follows redirects, keeps cookies, fills in the login host's pages.
 *
 * @throws Error when a page comes that nobody expects
 */
export async function signInAs(
  user: { readonly id: string; readonly userPrincipalName: string },
  options: SignInAs,
): Promise<SignInEnd> {
  const browser = options.browser ?? new Browser()
  const loginOrigin = new URL(options.emulator.url).origin
  const isApp = (url: URL) => url.origin !== loginOrigin
  // The beginning may be in the app: only what comes after the login host is the answer.
  let visited = await browser.open(options.url, stopOnReturn(isApp, new URL(options.url)))
  for (let pages = 0; pages < 10; pages++) {
    if (visited.kind === 'left') return leave(browser, visited, options)
    const { page } = visited
    if (isApp(new URL(page.url))) return { kind: 'page', page }
    const code = /AADSTS(\d+)/.exec(page.text)?.[1]
    if (code !== undefined && page.forms.length === 0)
      return { kind: 'refused', code: Number(code), page }
    const answer = answerPage(page, user, options)
    visited = await browser.press(page, answer.button, answer.typed, { stopAt: isApp })
  }
  throw new Error('more than ten pages of sign-in')
}

/** Stops at the first address of an app that comes after one of the login host. */
function stopOnReturn(isApp: (url: URL) => boolean, start: URL): { stopAt: (url: URL) => boolean } {
  let wasAtLogin = !isApp(start)
  return {
    stopAt: (url) => {
      if (isApp(url)) return wasAtLogin
      wasAtLogin = true
      return false
    },
  }
}

async function leave(
  browser: Browser,
  left: { method: string; url: string; fields: Readonly<Record<string, string>> },
  options: SignInAs,
): Promise<SignInEnd> {
  if (!options.follow) return { ...left, kind: 'answer' }
  const visited = await browser.open(left.url, left)
  if (visited.kind === 'page') return visited
  throw new Error('nothing tells this browser to stop')
}

function answerPage(
  page: Page,
  user: { readonly id: string; readonly userPrincipalName: string },
  options: SignInAs,
): { button: string; typed?: Record<string, string> } {
  const buttons = page.forms.flatMap((form) => form.buttons)
  switch (page.heading) {
    case 'Sign in':
      if (options.cancel) return { button: 'Cancel' }
      return { button: 'Next', typed: { username: user.userPrincipalName } }
    case 'Pick an account': {
      const known = buttons.find(({ name, value }) => name === 'account' && value === user.id)
      return { button: known?.text ?? 'Use another account' }
    }
    case 'Approve sign in request':
      return { button: options.mfa ?? 'Approve' }
    case 'Permissions requested':
      return { button: options.consent ?? 'Accept' }
    case 'Need admin approval':
      return { button: 'Return to the application' }
    default:
      throw new Error(`an unexpected page '${page.heading}' at ${page.url}: ${page.text}`)
  }
}
