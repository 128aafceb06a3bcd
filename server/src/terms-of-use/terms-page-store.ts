import type { TermsPageInput, TermsText } from '@mooring/contract/terms-of-use'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Language } from '../platform/texts.ts'

export type StoredTermsPage = {
  readonly enabled: boolean
  readonly fallback: Language
  readonly texts: Readonly<Partial<Record<Language, TermsText>>>
  readonly version: number
  readonly updatedAt: Date
  readonly updatedBy: string
}

export async function findTermsPage(
  db: Db,
  organization: OrganizationId,
): Promise<StoredTermsPage | undefined> {
  const row = await db
    .selectFrom('terms_pages')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return (
    row && {
      enabled: row.enabled,
      fallback: row.fallback,
      texts: row.texts as StoredTermsPage['texts'], // written by saveTermsPage only
      version: row.version,
      updatedAt: row.updated_at,
      updatedBy: row.updated_by,
    }
  )
}

/** Saves the page. Its version grows when a text changed: what was accepted was another. */
export async function saveTermsPage(
  tx: Db,
  organization: OrganizationId,
  { input, at, by }: { readonly input: TermsPageInput; readonly at: Date; readonly by: string },
): Promise<void> {
  const row = {
    enabled: input.enabled,
    fallback: input.fallback,
    texts: JSON.stringify(input.texts),
    updated_at: at,
    updated_by: by,
  }
  await tx
    .insertInto('terms_pages')
    .values({ ...row, organization_id: organization, version: 1 })
    .onConflict((conflict) =>
      conflict.column('organization_id').doUpdateSet({
        ...row,
        version: sql<number>`terms_pages.version + (terms_pages.texts is distinct from ${row.texts}::jsonb)::integer`,
      }),
    )
    .execute()
}

export type TermsAnswerRow = {
  readonly id: string
  readonly userEntraId: string
  readonly userName: string | undefined
  readonly version: number
  readonly language: Language
  readonly answer: 'accepted' | 'declined'
  readonly at: Date
  readonly requestId: string | undefined
}

/** @param row of a ticket: the same ticket twice is one answer, the first. */
export async function addTermsAnswer(
  db: Db,
  organization: OrganizationId,
  row: TermsAnswerRow,
): Promise<void> {
  await db
    .insertInto('terms_answers')
    .values({
      organization_id: organization,
      id: row.id,
      user_entra_id: row.userEntraId,
      user_name: row.userName ?? null,
      version: row.version,
      language: row.language,
      answer: row.answer,
      at: row.at,
      request_id: row.requestId ?? null,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'id']).doNothing())
    .execute()
}

/** Answers, newest first. */
export async function listTermsAnswers(
  db: Db,
  organization: OrganizationId,
  { after, limit }: { after: { at: Date; id: string } | undefined; limit: number },
): Promise<TermsAnswerRow[]> {
  let query = db.selectFrom('terms_answers').selectAll().where('organization_id', '=', organization)
  if (after) query = query.where(sql<boolean>`(at, id) < (${after.at}, ${after.id})`)
  const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows.map((row) => ({
    id: row.id,
    userEntraId: row.user_entra_id,
    userName: row.user_name ?? undefined,
    version: row.version,
    language: row.language,
    answer: row.answer,
    at: row.at,
    requestId: row.request_id ?? undefined,
  }))
}
