import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const leavingMembers: Migration = {
  async up(db: Kysely<unknown>) {
    // Memberships that Entra has ended, of groups that give something: they are let go when a run settles,
    // under the removal brake.
    await sql`
      create table directory_leaving (
        organization_id text not null references organizations (id) on delete cascade,
        group_entra_id uuid not null,
        member_entra_id uuid not null,
        primary key (organization_id, group_entra_id, member_entra_id)
      )`.execute(db)
  },
}
