import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { Texts } from '../platform/texts.ts'
import { toSyncRun } from './render-run.ts'
import { findRun } from './sync-runs-store.ts'
import { watchRun } from './watch-run.ts'

type WatchRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
}

/** A run as it moves, for whoever looks on. */
export function watchRoutes({ db, clock, texts }: WatchRouteParts): Handlers<'watchSyncRun'> {
  return {
    async watchSyncRun({ params }, { organization, language }) {
      const find = async () => {
        const run = await findRun(db, organization, params.run)
        return run && toSyncRun(texts, language, run)
      }
      // Once the stream has begun, it is too late to say so.
      if (!(await find())) throw new ApiError(404, 'syncRunMissing')
      return watchRun({ clock, find })
    },
  }
}
