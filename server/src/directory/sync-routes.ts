import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { Texts } from '../platform/texts.ts'
import { toSyncRun } from './render-directory.ts'
import { tellObjectProblem } from './render-problem.ts'
import { type StartParts, startSync } from './start-sync.ts'
import { cancelRun, findRun, listProblems, listRuns } from './sync-runs-store.ts'

export type SyncRouteParts = StartParts & { readonly texts: Texts }

type Names = 'createSyncRun' | 'listSyncRuns' | 'getSyncRun' | 'cancelSyncRun' | 'listSyncProblems'

const ProblemPlace = z.tuple([z.number().int().nonnegative()])

/** Start, follow and stop synchronisations. */
export function syncRoutes(parts: SyncRouteParts): Handlers<Names> {
  const { db, texts, clock } = parts
  return {
    async createSyncRun({ body }, { organization, caller, trigger, language }) {
      const run = await startSync(parts, organization, {
        mode: body.mode,
        trigger,
        by: caller.name,
      })
      if (!run) throw new ApiError(409, 'syncUnderWay')
      return toSyncRun(texts, language, run)
    },

    async listSyncRuns({ query }, { organization, language }) {
      const place = query.cursor ? readCursor(query.cursor, TimeAndId) : undefined
      const after = place && { requestedAt: new Date(place[0]), id: place[1] }
      const found = await listRuns(db, organization, { limit: query.limit + 1, after })
      return toPage(found, query.limit, {
        item: (run) => toSyncRun(texts, language, run),
        key: (run) => [run.requestedAt.toISOString(), run.id],
      })
    },

    async getSyncRun({ params }, { organization, language }) {
      const run = await findRun(db, organization, params.run)
      if (!run) throw new ApiError(404, 'syncRunMissing')
      return toSyncRun(texts, language, run)
    },

    async cancelSyncRun({ params }, { organization, language }) {
      const wasUnderWay = await cancelRun(db, organization, params.run, clock.now())
      const run = await findRun(db, organization, params.run)
      if (!run) throw new ApiError(404, 'syncRunMissing')
      if (!wasUnderWay) throw new ApiError(409, 'syncRunOver')
      return toSyncRun(texts, language, run)
    },

    async listSyncProblems({ params, query }, { organization, language }) {
      if (!(await findRun(db, organization, params.run))) throw new ApiError(404, 'syncRunMissing')
      const after = query.cursor ? readCursor(query.cursor, ProblemPlace)[0] : undefined
      const found = await listProblems(db, organization, params.run, {
        limit: query.limit + 1,
        after,
      })
      return toPage(found, query.limit, {
        item: (row) => ({
          kind: row.kind,
          entraId: row.entra_id,
          code: row.code,
          detail: tellObjectProblem(texts, language, row.code, row.values),
          at: row.at.toISOString(),
        }),
        key: (row) => [Number(row.id)],
      })
    },
  }
}
