import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const audit: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table audit_events (
        organization_id text not null references organizations on delete cascade,
        -- Grows by one, without gaps.
        number bigint not null check (number > 0),
        at timestamptz not null,
        actor_kind text not null check
          (actor_kind in ('administrator', 'user', 'token', 'system', 'command', 'anonymous')),
        actor_id text,
        actor_name text not null,
        action text not null,
        object_kind text,
        object_id text,
        object_name text,
        outcome text not null check (outcome in ('succeeded', 'refused', 'failed')),
        -- [{field, before, after}]; a secret is "(secret)".
        changes jsonb not null,
        details jsonb not null,
        client_address text,
        request_id text,
        user_agent text,
        -- Of the event before; empty for the first.
        previous_hash text not null,
        -- SHA-256 of all of the above but the organization's name.
        hash text not null,
        primary key (organization_id, number)
      )`.execute(db)
    for (const columns of ['at', 'actor_id, number', 'action, number', 'object_id, number']) {
      await sql`
        create index on audit_events (organization_id, ${sql.raw(columns)})`.execute(db)
    }
    await sql`
      create table audit_heads (
        organization_id text primary key references organizations on delete cascade,
        -- The last event that was written. Whoever writes the next holds this row.
        number bigint not null default 0,
        hash text not null default '',
        -- The last event that was removed as too old: the chain goes on from here.
        anchor_number bigint not null default 0,
        anchor_hash text not null default '',
        retention_days integer not null default 365 check (retention_days between 30 and 3650)
      )`.execute(db)
    await sql`
      create table audit_floods (
        organization_id text not null references organizations on delete cascade,
        -- The minute's beginning.
        minute_at timestamptz not null,
        -- How many events by strangers were met in it.
        met integer not null,
        -- How many of each action were not written: {action: number}.
        left_out jsonb not null,
        primary key (organization_id, minute_at)
      )`.execute(db)
    await sql`
      create function refuse_audit_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' then
          -- What is too old is removed by one routine, which says so for its transaction.
          if current_setting('mooring.audit_removal', true) = 'too old' then
            return old;
          end if;
          -- An organization that is deleted takes its events along; it is gone when they go.
          if not exists (select from organizations where id = old.organization_id) then
            return old;
          end if;
        end if;
        raise exception 'audit_events is append-only: % is refused', lower(tg_op);
      end $$`.execute(db)
    await sql`
      create trigger audit_events_stay before update or delete on audit_events
        for each row execute function refuse_audit_change()`.execute(db)
    await sql`
      create trigger audit_events_are_not_emptied before truncate on audit_events
        for each statement execute function refuse_audit_change()`.execute(db)
  },
}
