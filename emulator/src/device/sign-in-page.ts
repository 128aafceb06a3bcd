import { Browser } from '../testing/browser.ts'
import { signInAs } from '../testing/sign-in-as.ts'
import { codes, WindowsError } from './windows-error.ts'

/** The app to which the page hands the token: so it was recorded, with another id on each PC. */
const returnTo =
  'ms-app://s-1-15-2-2828958222-2829058222-3459023901-2342342342-2342342342-2342342342-2342342342'

/**
 * Goes through the server's own sign-in in the web view, as somebody who enrols without joining.
 *
 * @returns the token from the hidden field `wresult`
 * @throws WindowsError 0x8018000F when the page does not hand one over
 * @see Windows "Federated authentication device enrollment" › Discovery service
 */
export async function signInOnPage(options: {
  readonly authenticationUrl: string
  readonly user: string
  /** Origin of the emulated login host, should the page lead there. */
  readonly loginOrigin: string
  readonly fetch: typeof fetch | undefined
}): Promise<string> {
  const separator = options.authenticationUrl.includes('?') ? '&' : '?'
  const url =
    `${options.authenticationUrl}${separator}appru=${encodeURIComponent(returnTo)}` +
    `&login_hint=${encodeURIComponent(options.user)}`
  const browser = new Browser(options.fetch === undefined ? {} : { fetch: options.fetch })
  const end = await signInAs(
    { id: '', userPrincipalName: options.user },
    { url, emulator: { url: options.loginOrigin }, browser, follow: true },
  ).catch((error: Error) => {
    // A page that nobody expected: the person sees that the web view failed.
    throw new WindowsError(codes.webViewFailed, error.message)
  })
  if (end.kind !== 'page')
    throw new WindowsError(codes.webViewFailed, `the sign-in ended with ${end.kind}`)
  const form = end.page.forms.find(({ action }) => action === new URL(returnTo).href)
  const token = form?.fields['wresult']
  if (!form || !token)
    throw new WindowsError(codes.webViewFailed, `no wresult on the page ${end.page.heading}`)
  if (form.method !== 'POST') throw new WindowsError(codes.webViewFailed, 'the form is not posted')
  return token
}
