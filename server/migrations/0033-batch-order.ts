import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const batchOrder: Migration = {
  async up(db: Kysely<unknown>) {
    // The devices of a request, page by page: sorting 100,000 for each page takes half a second.
    await sql`
      create index device_commands_in_command_batch
      on device_commands (organization_id, command_batch_id, number desc)
      where command_batch_id is not null`.execute(db)
    // Counting needs no order.
    await sql`drop index device_commands_of_command_batch`.execute(db)
    await sql`
      create index device_commands_of_command_batch
      on device_commands (organization_id, command_batch_id, state, uncertain)
      where command_batch_id is not null`.execute(db)
  },
}
