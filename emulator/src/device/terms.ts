import { type PageForm, readForms } from '../testing/browser.ts'
import type { Answer, Sending } from './transport.ts'
import { codes, WindowsError } from './windows-error.ts'

export type TermsRequest = {
  readonly termsOfUseUrl: string
  readonly token: string
  readonly redirectUri: string
  readonly clientRequestId: string
  /** With a join; a work account has none. */
  readonly mode: 'azureadjoin' | undefined
  /** Where the web view is shown: first start, or Settings. */
  readonly host: 'FRX' | 'MOSET'
  readonly locale: string
}

/** The person's answer, if a page asks. */
export type TermsChoice = 'accept' | 'decline'

/** What comes next in the web view: another request, or the end with the blob. */
export type TermsTurn =
  | { readonly kind: 'send'; readonly sending: Sending }
  | { readonly kind: 'accepted'; readonly opaqueBlob: string }

/** @see Windows "Microsoft Entra integration with MDM" › Terms of Use protocol semantics */
export function startTerms(request: TermsRequest): Sending {
  const url = new URL(request.termsOfUseUrl)
  const query = [
    ...(url.search ? [url.search.slice(1)] : []),
    `redirect_uri=${encodeURIComponent(request.redirectUri)}`,
    `client-request-id=${request.clientRequestId}`,
    'api-version=1.0',
    ...(request.mode === undefined ? [] : [`mode=${request.mode}`]),
  ].join('&')
  return {
    method: 'GET',
    url: `${url.origin}${url.pathname}?${query}`,
    headers: { ...webView(request), authorization: `Bearer ${request.token}` },
  }
}

/**
 * Judges an answer in the web view.
 *
 * @throws WindowsError with a `CAA…` code for an HTTP error, the word of the redirect for a refusal,
 *   and 0x801C000B for a redirect that leads elsewhere
 */
export function judgeTerms(answer: Answer, request: TermsRequest, choice: TermsChoice): TermsTurn {
  const { location } = answer.headers
  if (answer.status >= 300 && answer.status < 400 && location !== undefined)
    return followRedirect(location, answer.url, request)
  if (answer.status !== 200)
    // Observed: CAA30194 for a 404 in this view.
    throw new WindowsError(
      `CAA30${answer.status.toString(16).toUpperCase()}`,
      `the terms of use answer with status ${answer.status}`,
    )
  return { kind: 'send', sending: press(answer, request, choice) }
}

function followRedirect(location: string, from: string, request: TermsRequest): TermsTurn {
  if (location.startsWith(request.redirectUri))
    return { kind: 'accepted', ...finish(location, request) }
  const target = URL.canParse(location, from) ? new URL(location, from) : undefined
  if (target?.protocol !== 'https:' && target?.origin !== new URL(request.termsOfUseUrl).origin)
    throw new WindowsError(codes.untrustedRedirect, `the terms of use lead to ${location}`)
  return {
    kind: 'send',
    sending: { method: 'GET', url: target.href, headers: webView(request) },
  }
}

function finish(location: string, request: TermsRequest): { opaqueBlob: string } {
  const rest = location.slice(request.redirectUri.length)
  if (!/^[?&]/.test(rest))
    throw new WindowsError(codes.untrustedRedirect, `the terms of use lead to ${location}`)
  const fields = new Map(rest.slice(1).split('&').map(readPair))
  const error = fields.get('error')
  if (error !== undefined)
    throw new WindowsError(error, fields.get('error_description') ?? 'no description')
  const requestId = fields.get('client-request-id')
  if (requestId !== undefined && requestId !== request.clientRequestId)
    throw new WindowsError(codes.webViewFailed, `an answer to another request: ${requestId}`)
  const isAccepted = fields.get('IsAccepted')
  if (isAccepted === 'false')
    throw new WindowsError('rejectedTermsOfUse', 'the terms of use were not accepted')
  const opaqueBlob = fields.get('OpaqueBlob')
  if (isAccepted !== 'true' || !opaqueBlob)
    throw new WindowsError(codes.webViewFailed, `neither accepted nor declined: ${location}`)
  return { opaqueBlob }
}

/** A percent-encoded pair. A plus stays one: it is no form. */
function readPair(pair: string): [string, string] {
  const cut = pair.indexOf('=')
  try {
    return [pair.slice(0, cut), decodeURIComponent(pair.slice(cut + 1))]
  } catch {
    throw new WindowsError(codes.webViewFailed, `badly encoded: ${pair}`)
  }
}

const words: Readonly<Record<TermsChoice, RegExp>> = {
  accept: /accept|agree|annehm|akzept|zustimm/i,
  decline: /decline|reject|skip|ablehn/i,
}

/** Presses the page's button. */
function press(answer: Answer, request: TermsRequest, choice: TermsChoice): Sending {
  const forms = readPage(answer)
  for (const form of forms) {
    const button = form.buttons.find(
      ({ value, text }) => words[choice].test(value) || words[choice].test(text),
    )
    if (button) return submit(form, button, request)
  }
  throw new WindowsError(codes.webViewFailed, `the page has no button to ${choice}`)
}

function readPage(answer: Answer): PageForm[] {
  try {
    return readForms(answer.body.toString('utf8'), answer.url)
  } catch (error) {
    throw new WindowsError(codes.webViewFailed, `a page that cannot be read: ${error}`)
  }
}

function submit(
  form: PageForm,
  button: { name: string; value: string },
  request: TermsRequest,
): Sending {
  const fields = new URLSearchParams({
    ...form.fields,
    ...(button.name === '' ? {} : { [button.name]: button.value }),
  })
  if (form.method !== 'POST')
    return {
      method: 'GET',
      url: `${form.action.split('?')[0]}?${fields}`,
      headers: webView(request),
    }
  return {
    method: 'POST',
    url: form.action,
    headers: { ...webView(request), 'content-type': 'application/x-www-form-urlencoded' },
    body: String(fields),
  }
}

function webView(request: TermsRequest): Record<string, string> {
  return {
    accept: 'text/html, application/xhtml+xml, */*',
    'accept-language': request.locale,
    'user-agent':
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; MSAppHost/3.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.102 Safari/537.36 Edge/18.26100',
    'cxh-host': request.host,
  }
}
