import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { countDirectory, listDays } from './days-store.ts'
export { reviveAbandonedRuns, type SyncJob, workOnRun } from './directory-jobs.ts'
export { directoryRoutes } from './directory-routes.ts'
export { listPeoplesDomains } from './domains-store.ts'
export { listEffectiveGroups } from './effective-groups-store.ts'
export { forgetOld } from './forget-old-store.ts'
export { findPeople, findPeopleByEntraIds, type Person } from './people-store.ts'
export type { SyncOutcome, SyncParts } from './reading.ts'
export { toSyncRun } from './render-run.ts'
export { toStreamStanding } from './render-standing.ts'
export { freeAllRuns } from './run-leases-store.ts'
export { toStartNote } from './run-notes.ts'
export { runSync } from './run-sync.ts'
export { settingsRoutes } from './settings-routes.ts'
export { findSettings } from './settings-store.ts'
export { isLate, judgeStream, type StreamFacts } from './standing.ts'
export { findStandingFacts } from './standing-store.ts'
export { mayStartByItself, startDueSyncs } from './start-due-syncs.ts'
export { type StartParts, startSync } from './start-sync.ts'
export { findOldestSuccess, findSynchronisedTenant } from './streams-store.ts'
export { syncRoutes } from './sync-routes.ts'
export { findRun, findRunUnderWay, listRuns, type StoredRun } from './sync-runs-store.ts'
export { fetchPerson, takePerson } from './take-person.ts'
export { loadUser } from './users-store.ts'

/** What this room says, in both languages. */
export const directoryTexts = { en, de }
