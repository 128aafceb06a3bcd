/**
 * A text as it is sorted: without case and accents, so that "Émile" stands with "Emil" and both
 * databases agree.
 */
export function sortKey(text: string): string {
  return head(strip(text), 400)
}

/**
 * The words under which an object is found, each once. German umlauts are there in both spellings:
 * "Müller" is found by "muller" and by "mueller".
 */
export function searchWords(texts: readonly (string | null)[]): string {
  const words = new Set<string>()
  for (const text of texts) {
    if (!text) continue
    for (const word of splitWords(strip(text))) words.add(word)
    if (isPlain(text)) continue
    for (const word of splitWords(strip(spellOut(text)))) words.add(word)
  }
  return [...words].join(' ')
}

/**
 * A PostgreSQL `tsquery` for what somebody typed: every word must begin a word of the object.
 * `undefined` when nothing searchable was typed.
 */
export function searchQuery(typed: string): string | undefined {
  const words = splitWords(strip(typed))
  // Only letters and digits are left of each word, so that quoting it is safe.
  return words.length === 0 ? undefined : words.map((word) => `'${word}':*`).join(' & ')
}

const MAX_WORD = 100

function splitWords(text: string): string[] {
  // Knowing every letter there is takes several times as long as knowing those of most texts.
  const words = text.split(isPlain(text) ? /[^a-z0-9]+/ : /[^\p{L}\p{N}]+/u)
  return words.filter((word) => word !== '').map((word) => head(word, MAX_WORD))
}

/** The beginning of a text, without half of a character at its end: no database keeps that. */
function head(text: string, length: number): string {
  const begin = text.slice(0, length)
  return /[\ud800-\udbff]/.test(begin.slice(-1)) ? begin.slice(0, -1) : begin
}

/** Whether nothing but case is to be folded: so are most names, and all addresses. */
const isPlain = (text: string): boolean => !/[^ -~]/.test(text)

function strip(text: string): string {
  if (isPlain(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
}

const SPELLED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' }

function spellOut(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüøå]/g, (letter) => SPELLED[letter] ?? letter)
}
