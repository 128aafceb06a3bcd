import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { setCaller } from '../api.ts'
import { LANGUAGES, type Language, rememberLanguage, startLanguage } from './language.ts'

type Catalogue = { default: Record<string, unknown> }
const catalogues = import.meta.glob<Catalogue>('../*/messages.*.json')

/** Loads the message catalogue of one room in one language, when it is first needed. */
const roomCatalogues: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, room, done) => {
    const load = catalogues[`../${room}/messages.${language}.json`]
    if (!load) return done(new Error(`no messages of "${room}" in "${language}"`), false)
    load().then(
      (module) => done(null, module.default),
      (error: Error) => done(error, false),
    )
  },
}

export async function startLanguages(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    setCaller({ language })
    document.documentElement.lang = language
  })
  await i18next
    .use(roomCatalogues)
    .use(initReactI18next)
    .init({
      lng: startLanguage(),
      fallbackLng: false,
      supportedLngs: LANGUAGES,
      ns: ['frame'],
      defaultNS: 'frame',
      interpolation: { escapeValue: false },
      react: { useSuspense: false },
    })
}

/** Room catalogues are loaded beside the screen's code, so that no screen ever shows bare keys. */
export function loadMessages(rooms: string | readonly string[]): Promise<void> {
  return i18next.loadNamespaces(rooms)
}

export async function chooseLanguage(language: Language): Promise<void> {
  rememberLanguage(language)
  await i18next.changeLanguage(language)
}
