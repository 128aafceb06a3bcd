import { z } from 'zod'
import { Guid, Instant, pageOf } from './values.ts'

/** One language of the terms. Plain text: an empty line begins a paragraph. */
export const TermsText = z.strictObject({
  title: z.string().trim().min(1).max(200),
  body: z.string().trim().min(1).max(50_000),
})
export type TermsText = z.infer<typeof TermsText>

/** The page that people see before their device joins, where the organization wants one. */
export const TermsPageInput = z.strictObject({
  /** Off: whoever may enrol goes on at once, and sees nothing. */
  enabled: z.boolean(),
  /** Which language is shown where none of the reader's is there. */
  fallback: z.enum(['en', 'de']),
  texts: z
    .strictObject({ en: TermsText.optional(), de: TermsText.optional() })
    .refine(({ en, de }) => en !== undefined || de !== undefined, { error: 'termsTextMissing' }),
})
export type TermsPageInput = z.infer<typeof TermsPageInput>

export const TermsPage = z.object({
  enabled: z.boolean(),
  fallback: z.enum(['en', 'de']),
  texts: z.object({ en: TermsText.optional(), de: TermsText.optional() }),
  /** Grows by one whenever a text changes; 0 while there is none. */
  version: z.number().int(),
  updatedAt: Instant.nullable(),
  updatedBy: z.string().nullable(),
})
export type TermsPage = z.infer<typeof TermsPage>

/** That somebody accepted, or declined, which version. */
export const TermsAnswerRecord = z.object({
  id: z.string(),
  user: z.object({ entraId: Guid, name: z.string().nullable() }),
  version: z.number().int(),
  language: z.enum(['en', 'de']),
  answer: z.enum(['accepted', 'declined']),
  at: Instant,
  clientRequestId: z.string().nullable(),
})
export type TermsAnswer = z.infer<typeof TermsAnswerRecord>
export const TermsAnswerPage = pageOf(TermsAnswerRecord)
