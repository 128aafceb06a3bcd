import { escapeHtml } from '../entra/login-page.ts'
import { html, type Reply, redirect } from '../http/reply.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { withPath } from './redirect-uri.ts'

/** Sends fields back to the app, in the response mode that it asked for. */
export function answerApp(
  request: Pick<AuthorizeRequest, 'redirectUri' | 'responseMode' | 'state'>,
  fields: Readonly<Record<string, string>>,
): Reply {
  const state = request.state
  const all = Object.entries({ ...fields, ...(state === undefined ? {} : { state }) })
  switch (request.responseMode) {
    case 'form_post':
      return html(200, formPage(request.redirectUri, all), { 'cache-control': 'no-store' })
    case 'query':
      return redirect(addQuery(withPath(request.redirectUri), all))
    case 'fragment':
      return redirect(`${withPath(request.redirectUri)}#${new URLSearchParams(all)}`)
  }
}

function addQuery(uri: string, fields: [string, string][]): string {
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(fields)}`
}

/** The page that posts by itself; without scripts, by a button. */
function formPage(action: string, fields: [string, string][]): string {
  const inputs = fields.map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}" />`,
  )
  return `<html><head><title>Working...</title></head><body><form method="POST" name="hiddenform" action="${escapeHtml(action)}">${inputs.join('')}<noscript><p>Script is disabled. Click Submit to continue.</p><input type="submit" value="Submit" /></noscript></form><script language="javascript">document.forms[0].submit();</script></body></html>`
}
