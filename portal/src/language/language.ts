export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

const KEY = 'mooring-language'

/** Picks our language from an ordered list of wishes such as `navigator.languages`. */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const base = wish.toLowerCase().split('-')[0]
    const found = LANGUAGES.find((language) => language === base)
    if (found) return found
  }
  return 'en'
}

export function startLanguage(): Language {
  const kept = readKept()
  return pickLanguage(kept ? [kept, ...navigator.languages] : navigator.languages)
}

export function rememberLanguage(language: Language) {
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
