/** The languages Mooring speaks. */
export type Language = 'en' | 'de'
export const LANGUAGES: readonly Language[] = ['en', 'de']

/** Sentences by key; `{name}` stands for a value. */
export type Catalogue = Readonly<Record<string, string>>
export type Values = Readonly<Record<string, string | number | undefined>>

export type Texts = {
  has(key: string): boolean
  /** @throws {Error} when no catalogue has the key: our bug. */
  say(language: Language, key: string, values?: Values): string
}

/** Joins the catalogues of several rooms. Later ones may not repeat a key of earlier ones. */
export function createTexts(...rooms: readonly Record<Language, Catalogue>[]): Texts {
  const all: Record<Language, Map<string, string>> = { en: new Map(), de: new Map() }
  for (const room of rooms) {
    for (const language of LANGUAGES) {
      for (const [key, text] of Object.entries(room[language])) {
        if (all[language].has(key)) throw new Error(`The text "${key}" is there twice`)
        all[language].set(key, text)
      }
    }
  }
  return {
    has: (key) => all.en.has(key),
    say(language, key, values = {}) {
      const text = all[language].get(key)
      if (text === undefined) throw new Error(`No text "${key}" in "${language}"`)
      return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole))
    },
  }
}

/** The first language of an `Accept-Language` header that we speak; English otherwise. */
export function readLanguage(header: string | undefined): Language {
  for (const range of (header ?? '').toLowerCase().split(',')) {
    const tag = range.split(';')[0]?.trim() ?? ''
    if (tag === 'de' || tag.startsWith('de-')) return 'de'
    if (tag === 'en' || tag.startsWith('en-')) return 'en'
  }
  return 'en'
}
