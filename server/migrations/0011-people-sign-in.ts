import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const peopleSignIn: Migration = {
  async up(db: Kysely<unknown>) {
    // Sessions of the version before end here: nobody loses more than a sign-in.
    await sql`drop table sessions`.execute(db)
    await sql`
      create table sessions (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        token_hash text not null unique,
        -- Whose it is: one of the two. No foreign key to users: the directory lets go of people.
        administrator_id text,
        user_id text,
        csrf_token text not null,
        way text not null check (way in ('password', 'passkey', 'link', 'provider')),
        -- The provider's side of it: who it is, its own id of the session, whom to name at sign-out.
        issuer text,
        provider_session text,
        logout_hint text,
        client_address text not null,
        user_agent text not null,
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, id),
        foreign key (organization_id, administrator_id)
          references administrators (organization_id, id) on delete cascade,
        check (num_nonnulls(administrator_id, user_id) = 1)
      )`.execute(db)
    await sql`create index sessions_by_administrator on sessions (organization_id, administrator_id)`.execute(
      db,
    )
    await sql`create index sessions_by_user on sessions (organization_id, user_id)`.execute(db)
    await sql`create index sessions_by_provider_session on sessions (provider_session) where provider_session is not null`.execute(
      db,
    )
    await sql`
      create table role_assignments (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        role text not null,
        -- The holder: one of the two, by our ids, so that a group made anew under an old name has nothing.
        user_id text,
        group_id text,
        includes_guests boolean not null,
        created_at timestamptz not null,
        created_by text not null,
        primary key (organization_id, id),
        unique (organization_id, role, user_id),
        unique (organization_id, role, group_id),
        check (num_nonnulls(user_id, group_id) = 1)
      )`.execute(db)
    // What follows from the assignments and the directory, so that a request need not work it out.
    await sql`
      create table person_roles (
        organization_id text not null references organizations (id) on delete cascade,
        user_id text not null,
        roles text[] not null,
        primary key (organization_id, user_id)
      )`.execute(db)
  },
}
