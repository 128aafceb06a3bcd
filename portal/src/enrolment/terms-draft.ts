import type { TermsPage, TermsPageInput } from '@mooring/contract/terms-of-use'

export const TERMS_LANGUAGES = ['en', 'de'] as const
export type TermsLanguage = (typeof TERMS_LANGUAGES)[number]

/** The page while it is written: empty fields stand for a language that is not offered. */
export type TermsDraft = {
  readonly enabled: boolean
  readonly fallback: TermsLanguage
  readonly texts: Readonly<Record<TermsLanguage, { readonly title: string; readonly body: string }>>
}
export type TermsError = `${TermsLanguage}.title` | `${TermsLanguage}.body` | 'none'

const EMPTY = { title: '', body: '' }

export const toDraft = ({ enabled, fallback, texts }: TermsPage): TermsDraft => ({
  enabled,
  fallback,
  texts: { en: texts.en ?? EMPTY, de: texts.de ?? EMPTY },
})

/** Whether a language has a text, or half of one. */
export const isWritten = ({ texts }: TermsDraft, language: TermsLanguage): boolean =>
  texts[language].title.trim() !== '' || texts[language].body.trim() !== ''

/** What keeps the draft from being saved: half a text, or none at all. */
export function draftErrors(draft: TermsDraft): ReadonlySet<TermsError> {
  const errors = new Set<TermsError>()
  const written = TERMS_LANGUAGES.filter((language) => isWritten(draft, language))
  if (written.length === 0) errors.add('none')
  for (const language of written) {
    const { title, body } = draft.texts[language]
    if (title.trim() === '') errors.add(`${language}.title`)
    if (body.trim() === '') errors.add(`${language}.body`)
  }
  return errors
}

/** What is sent: written languages only, and one of them where none of the reader's is there. */
export function toInput(draft: TermsDraft): TermsPageInput {
  const written = TERMS_LANGUAGES.filter((language) => isWritten(draft, language))
  const [first = draft.fallback] = written
  return {
    enabled: draft.enabled,
    fallback: written.includes(draft.fallback) ? draft.fallback : first,
    texts: Object.fromEntries(
      written.map((language) => {
        const { title, body } = draft.texts[language]
        return [language, { title: title.trim(), body: body.trim() }]
      }),
    ),
  }
}

export const isChanged = (draft: TermsDraft, page: TermsPage): boolean =>
  JSON.stringify(draft) !== JSON.stringify(toDraft(page))

/** Whether saving makes a new version, which people accept anew. */
export const isNewVersion = (draft: TermsDraft, page: TermsPage): boolean =>
  JSON.stringify(draft.texts) !== JSON.stringify(toDraft(page).texts)
