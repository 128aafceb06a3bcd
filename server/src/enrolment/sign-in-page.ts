import { createHash } from 'node:crypto'
import { type Html, html, raw } from '../platform/http/html.ts'
import type { Language, Texts } from '../platform/texts.ts'

const SUBMIT = 'document.forms[0].submit()'
const STYLE =
  'body{font:16px/1.5 "Segoe UI",system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1.5rem}button{font:inherit;padding:.5rem 1.5rem}'

const sourceOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** What these pages may do: run one line of ours, and hand a form to an app on the device. */
export const SIGN_IN_PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${sourceOf(SUBMIT)}`,
  `style-src ${sourceOf(STYLE)}`,
  'form-action ms-app:',
  "base-uri 'none'",
].join('; ')

type Words = { readonly texts: Texts; readonly language: Language }

/** Hands Windows its token: by itself, or with a button where scripts are off. @see windows-mdm.md 2.5 */
export function handOverPage(
  { texts, language }: Words,
  to: { appru: string; token: string },
): Html {
  const say = (key: string) => texts.say(language, `enrolment.signIn.${key}`)
  return page(
    { texts, language },
    html`<p>${say('done')}</p>
<form method="post" action="${to.appru}">
<input type="hidden" name="wresult" value="${to.token}">
<button type="submit">${say('goOn')}</button>
</form>
<script>${raw(SUBMIT)}</script>`,
  )
}

/** Opens the same address again, this time from a page of ours: cookies of a strict kind come along only then. */
export function onceMorePage(words: Words, address: string): Html {
  return page(
    words,
    html`<p>${words.texts.say(words.language, 'enrolment.signIn.wait')}</p>`,
    address,
  )
}

/** Says why nothing comes of it. */
export function refusalPage(words: Words, sentences: readonly string[]): Html {
  return page(words, html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}`)
}

function page({ texts, language }: Words, content: Html, next?: string): Html {
  const title = texts.say(language, 'enrolment.signIn.title')
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${next === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${next}">`}
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
}
