import type { TermsPage } from '@mooring/contract/terms-of-use'
import { compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import {
  findTermsPage,
  listTermsAnswers,
  type StoredTermsPage,
  saveTermsPage,
} from './terms-page-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }

/** Write the page of terms, and see who accepted it. */
export function termsPageRoutes({
  db,
  clock,
}: Parts): Handlers<'getTermsPage' | 'putTermsPage' | 'listTermsAnswers'> {
  return {
    async getTermsPage(_input, { organization }) {
      return toContract(await findTermsPage(db, organization))
    },

    async putTermsPage({ body }, { organization, caller, audit }) {
      return await db.transaction().execute(async (tx) => {
        const before = await findTermsPage(tx, organization)
        await saveTermsPage(tx, organization, { input: body, at: clock.now(), by: caller.name })
        const after = await findTermsPage(tx, organization)
        // Which version says enough: the texts themselves may be long.
        const told = (page: StoredTermsPage | undefined) =>
          page && { enabled: page.enabled, fallback: page.fallback, version: page.version }
        const changes = compareFields(told(before), told(after))
        await audit(tx, { action: 'terms-page.saved', changes })
        return toContract(after)
      })
    },

    async listTermsAnswers({ query }, { organization }) {
      const { limit, cursor } = query
      const [at, id] = cursor ? readCursor(cursor, TimeAndId) : []
      const after = at === undefined || id === undefined ? undefined : { at: new Date(at), id }
      const rows = await listTermsAnswers(db, organization, { after, limit: limit + 1 })
      return toPage(rows, limit, {
        item: ({ userEntraId, userName, requestId, at: when, ...row }) => ({
          ...row,
          user: { entraId: userEntraId, name: userName ?? null },
          at: when.toISOString(),
          clientRequestId: requestId ?? null,
        }),
        key: (row) => [row.at.toISOString(), row.id],
      })
    },
  }
}

function toContract(page: StoredTermsPage | undefined): TermsPage {
  if (!page) {
    return {
      enabled: false,
      fallback: 'en',
      texts: {},
      version: 0,
      updatedAt: null,
      updatedBy: null,
    }
  }
  const { updatedAt, ...rest } = page
  return { ...rest, texts: { ...page.texts }, updatedAt: updatedAt.toISOString() }
}
