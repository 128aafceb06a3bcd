import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const providerStepUp: Migration = {
  async up(db: Kysely<unknown>) {
    // Whose step-up it is: the session's cookie does not come along when the provider sends people back.
    await sql`alter table sign_in_attempts add column session_id text`.execute(db)
  },
}
