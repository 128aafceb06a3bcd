import type { Database } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { Schema } from '../platform/schema.ts'

/** Tidies up in all organizations at once: what is over is over whosever it was. */
export async function removeExpired(
  db: Database['db'],
  { now, dayAgo }: { now: Date; dayAgo: Date },
): Promise<void> {
  const all = acrossOrganizations<Schema>(db)
  await all
    .deleteFrom('sessions')
    .where((where) => where.or([where('expires_at', '<', now), where('last_seen_at', '<', dayAgo)]))
    .execute()
  await all.deleteFrom('step_ups').where('expires_at', '<', now).execute()
  await all.deleteFrom('passkey_challenges').where('expires_at', '<', now).execute()
  await all.deleteFrom('known_browsers').where('expires_at', '<', now).execute()
  await all.deleteFrom('password_links').where('expires_at', '<', dayAgo).execute()
  await all.deleteFrom('sign_in_throttles').where('window_started_at', '<', dayAgo).execute()
  // Of one minute each, and strangers can have many of them written.
  await all
    .deleteFrom('sign_in_throttles')
    .where('key', 'like', 'enrolment %')
    .where('window_started_at', '<', new Date(now.getTime() - MINUTES_MS))
    .execute()
}

/** Longer than the minute that is counted, and than processes' clocks are apart. */
const MINUTES_MS = 10 * 60_000
