import type { Cloud } from '../entra/clouds.ts'
import type { Clock } from '../platform/clock.ts'
import { toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { Texts } from '../platform/texts.ts'
import { listOpenProblems } from './open-problems-store.ts'
import { entraUrlOf, tellObjectProblem } from './render-problem.ts'
import { toNotificationStanding, toStreamStanding } from './render-standing.ts'
import { findStandingFacts } from './standing-store.ts'
import { findNextRunAt } from './start-due-syncs.ts'

type StandingRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
  readonly cloud: Cloud
}

/** Whether the copy is kept up to date, and what still could not be taken over. */
export function standingRoutes({
  db,
  clock,
  texts,
  cloud,
}: StandingRouteParts): Handlers<'getDirectoryStanding' | 'listOpenProblems'> {
  return {
    async getDirectoryStanding(_input, { organization, language }) {
      const facts = await findStandingFacts(db, organization)
      const reader = { texts, language, now: clock.now() }
      const nextRunAt = await findNextRunAt(db, organization, reader.now)
      return {
        streams: facts.streams.map((stream) => toStreamStanding(reader, stream)),
        notifications: facts.notifications.map((found) => toNotificationStanding(reader, found)),
        openProblems: facts.openProblems,
        heldRun: facts.heldRun ?? null,
        nextRunAt: nextRunAt?.toISOString() ?? null,
      }
    },

    async listOpenProblems({ query }, { organization, language }) {
      const found = await listOpenProblems(db, organization, {
        limit: query.limit + 1,
        cursor: query.cursor,
      })
      return toPage(found, query.limit, {
        item: (row) => {
          const object = { kind: row.kind, entraId: row.entra_id === '' ? null : row.entra_id }
          return {
            ...object,
            entraUrl: entraUrlOf(cloud, object),
            code: row.code,
            detail: tellObjectProblem(texts, language, row.code, row.values),
            at: row.last_tried_at.toISOString(),
            firstSeenAt: row.first_seen_at.toISOString(),
            tries: row.tries,
            nextTryAt: row.next_try_at?.toISOString() ?? null,
          }
        },
        key: (row) => [row.first_seen_at.toISOString(), row.kind, row.entra_id, row.code],
      })
    },
  }
}
