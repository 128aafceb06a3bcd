import {
  codeOf,
  type LoginErrorContext,
  type LoginRefusal,
  toErrorDetails,
} from '../entra/login-error.ts'
import { escapeHtml, loginPage } from '../entra/login-page.ts'
import { html, type Reply } from '../http/reply.ts'

/** Microsoft's own error page: it names everything a support desk wants, and leads nowhere. */
export function refusalPage(
  refusal: LoginRefusal,
  context: LoginErrorContext,
  status: 200 | 400 = 200,
): Reply {
  const code = codeOf(refusal)
  const details = toErrorDetails(code, refusal.text, context)
  const { heading, advice } = wordsOf[code] ?? ordinary
  return html(
    status,
    loginPage(
      'Sign in to your account',
      `<h1>${heading}</h1><p>${advice}</p>
<p>${escapeHtml(`AADSTS${code}: ${refusal.text}`)}</p>
<h2>Troubleshooting details</h2>
<p>Error Code: ${code}<br>Request Id: ${details.trace_id}<br>Correlation Id: ${escapeHtml(details.correlation_id)}<br>Timestamp: ${details.timestamp}</p>`,
    ),
    { 'cache-control': 'no-store' },
  )
}

const ordinary = {
  heading: 'Sorry, but we’re having trouble signing you in.',
  advice: 'If you contact your administrator, send them this information.',
}
const wordsOf: Readonly<Record<number, { heading: string; advice: string }>> = {
  53003: {
    heading: 'You cannot access this right now',
    advice:
      'Your sign-in was successful but does not meet the criteria to access this resource. For example, you might be signing in from a browser, app, or location that is restricted by your admin.',
  },
  53000: {
    heading: 'You can’t get there from here',
    advice:
      'This application contains sensitive information and can only be accessed from devices or client applications that meet the company’s management compliance policy.',
  },
}
