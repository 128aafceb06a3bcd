import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const leavingDevices: Migration = {
  async up(db: Kysely<unknown>) {
    // Whom the job looks at that ends unenrolments; few, among millions of commands.
    await sql`
      create index device_commands_leaving on device_commands (organization_id, device_id)
      where kind = 'unenrol' and state in ('sent', 'succeeded')`.execute(db)
  },
}
