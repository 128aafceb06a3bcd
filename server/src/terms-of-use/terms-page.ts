import { createHash } from 'node:crypto'
import type { TermsText } from '@mooring/contract/terms-of-use'
import { type Html, html, raw } from '../platform/http/html.ts'
import type { Language, Texts } from '../platform/texts.ts'

const STYLE = `body{font:16px/1.5 "Segoe UI",system-ui,sans-serif;margin:0;background:#fff;color:#1b1b1b}
body.dark{background:#1f1f1f;color:#f3f3f3}
main{max-width:40rem;margin:0 auto;padding:2rem 1.5rem}
button{font:inherit;padding:.5rem 1.5rem;margin:0 .5rem .5rem 0;border:1px solid #767676;border-radius:4px;background:transparent;color:inherit}
button[value=accept]{background:#0f6cbd;border-color:#0f6cbd;color:#fff}
button:focus-visible{outline:2px solid currentColor;outline-offset:2px}
.text{white-space:pre-line;overflow-wrap:anywhere}`

/**
 * What the page may do. It may be framed: Windows shows it within its own.
 *
 * @param returns where answering leads: browsers ask the policy for the way after the form as well.
 */
export function termsPagePolicy(returns: readonly string[]): string {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  const targets = returns.map((address) =>
    address.startsWith('https:') || address.startsWith('http:')
      ? new URL(address).origin
      : `${address.slice(0, address.indexOf(':'))}:`,
  )
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    `form-action 'self' ${[...new Set(targets)].join(' ')}`,
    "base-uri 'none'",
  ].join('; ')
}

type Page = {
  readonly text: TermsText
  readonly language: Language
  /** Windows' first start is dark, its settings are light. */
  readonly isDark: boolean
  readonly action: string
  readonly ticket: string
  readonly mayDecline: boolean
}

/** The organization's terms, as plain text, with a button or two. @see windows-mdm.md 1.6 */
export function renderTermsPage(texts: Texts, page: Page): Html {
  const { text, language, isDark, action, ticket, mayDecline } = page
  const say = (key: string) => texts.say(language, `terms.${key}`)
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body class="${isDark ? 'dark' : 'light'}">
<main>
<h1>${text.title}</h1>
<div class="text">${text.body}</div>
<form method="post" action="${action}">
<input type="hidden" name="ticket" value="${ticket}">
<p><button type="submit" name="answer" value="accept">${say('accept')}</button>
${mayDecline ? html`<button type="submit" name="answer" value="decline">${say('decline')}</button>` : ''}</p>
</form>
</main>
</body>
</html>
`
}
