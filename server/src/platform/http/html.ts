/** Text that is HTML already. Only `html` and `raw` make it. */
export type Html = { readonly text: string }
type Part = string | number | Html | readonly (string | Html)[]

/** Joins a page; whatever is put in is escaped unless it is `Html` itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = ''
  strings.forEach((string, index) => {
    text += string + toText(parts[index] ?? '')
  })
  return { text }
}

/** Marks text of our own source as HTML, unescaped. Never for what comes from outside. */
export const raw = (text: string): Html => ({ text })

function toText(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return 'text' in part ? part.text : part.map(toText).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
