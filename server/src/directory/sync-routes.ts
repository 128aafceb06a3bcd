import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { Texts } from '../platform/texts.ts'
import { approveHeldRun, cancelSyncRun } from './decide-run.ts'
import { tellObjectProblem } from './render-problem.ts'
import { toSyncRun } from './render-run.ts'
import { toDecisionNote, toStartNote } from './run-notes.ts'
import { type StartParts, startSync } from './start-sync.ts'
import { listProblems } from './sync-problems-store.ts'
import type { RunHold } from './sync-run.ts'
import { findRun, listRuns, type StoredRun } from './sync-runs-store.ts'

export type SyncRouteParts = StartParts & { readonly texts: Texts }

type Names =
  | 'createSyncRun'
  | 'listSyncRuns'
  | 'getSyncRun'
  | 'approveSyncRun'
  | 'cancelSyncRun'
  | 'listSyncProblems'

const ProblemPlace = z.tuple([z.number().int().nonnegative()])

/** Why a run is held that would lock people, let them go, or take strong roles from them. */
const TAKES_PEOPLE: ReadonlySet<RunHold['code']> = new Set([
  'manyPeople',
  'manyPeopleInDay',
  'scopeGroupEmpty',
  'scopeGroupGone',
  'ownerGroupEmpty',
  'administratorGroupEmpty',
])

/** Start, follow and stop synchronisations. */
export function syncRoutes(parts: SyncRouteParts): Handlers<Names> {
  const { db, texts } = parts
  return {
    async createSyncRun({ body }, { organization, caller, trigger, language, audit }) {
      const run = await startSync(parts, organization, {
        mode: body.mode,
        dryRun: body.dryRun,
        trigger,
        by: caller.name,
        record: (tx, started) => audit(tx, toStartNote(started)),
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

    async approveSyncRun({ params, body }, call) {
      const { organization, caller, language, demandStepUp, audit } = call
      const held = await findRun(db, organization, params.run)
      if (held?.holds.some(({ code }) => TAKES_PEOPLE.has(code))) await demandStepUp()
      const { reason } = body
      const record = (tx: Db, run: StoredRun) => audit(tx, toDecisionNote('sync.approved', run))
      const asked = { run: params.run, by: caller.name, reason, record }
      return toSyncRun(texts, language, await approveHeldRun(parts, organization, asked))
    },

    async cancelSyncRun({ params, body }, { organization, caller, language, audit }) {
      const held = await findRun(db, organization, params.run)
      // Giving up what the brake holds is a decision like letting it go on.
      if (held?.state === 'held' && !caller.permissions.has('directory.approve')) {
        throw new ApiError(403, 'notAllowed', { values: { permission: 'directory.approve' } })
      }
      const record = (tx: Db, run: StoredRun) => audit(tx, toDecisionNote('sync.cancelled', run))
      const asked = { run: params.run, by: caller.name, reason: body?.reason ?? null, record }
      return toSyncRun(texts, language, await cancelSyncRun(parts, organization, asked))
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
