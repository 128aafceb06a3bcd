import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What lists are filtered and sorted by, besides when a device was seen. */
const COPIED = `build_number, signatures_since, enrolled_at, free_storage_mb, encrypted, secure_boot, firewall,
  antivirus, signatures, organization_id, id, sort_name, state, ownership, edition, tpm, manufacturer, model`

export const deviceListTable: Migration = {
  async up(db: Kysely<unknown>) {
    // All that lists are counted, filtered and sorted by, and nothing else: a hundred thousand of these rows are
    // looked through in a tenth of the time that it takes for those of `devices`.
    await sql`
      create table device_list (
        build_number bigint,
        signatures_since timestamptz,
        enrolled_at timestamptz not null,
        last_seen_at timestamptz,
        free_storage_mb integer,
        encrypted boolean,
        secure_boot boolean,
        firewall boolean,
        antivirus boolean,
        signatures boolean,
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        sort_name text collate "C" not null,
        state text not null,
        ownership text not null,
        edition text,
        tpm text,
        manufacturer text,
        model text,
        primary key (organization_id, id),
        foreign key (organization_id, id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    // Sharing so small a table out to several processes takes longer than reading it.
    await sql`alter table device_list set (fillfactor = 85, parallel_workers = 0)`.execute(db)
    await sql`
      insert into device_list (${sql.raw(COPIED)}, last_seen_at)
      select ${sql.raw(COPIED)}, last_seen_at from devices`.execute(db)
    await sql`create index device_list_by_name on device_list (organization_id, sort_name, id)`.execute(
      db,
    )
    await sql`create index device_list_by_enrolment on device_list (organization_id, enrolled_at, id)`.execute(
      db,
    )
    await sql`create index device_list_by_build on device_list (organization_id, coalesce(build_number, 0), id)`.execute(
      db,
    )
    await sql`drop index devices_by_enrolment`.execute(db)
    await sql`drop index devices_by_build`.execute(db)
    // A copy that whoever writes a device cannot forget. When it was seen is no part of it: that is written for
    // many at once, in both tables.
    await sql`
      create function copy_device_to_list() returns trigger language plpgsql as $$
      begin
        insert into device_list (${sql.raw(COPIED)}, last_seen_at)
        values (${sql.raw(COPIED.replace(/\w+/g, 'new.$&'))}, new.last_seen_at)
        on conflict (organization_id, id) do update set
          build_number = excluded.build_number, signatures_since = excluded.signatures_since,
          enrolled_at = excluded.enrolled_at, free_storage_mb = excluded.free_storage_mb,
          encrypted = excluded.encrypted, secure_boot = excluded.secure_boot, firewall = excluded.firewall,
          antivirus = excluded.antivirus, signatures = excluded.signatures, sort_name = excluded.sort_name,
          state = excluded.state, ownership = excluded.ownership, edition = excluded.edition,
          tpm = excluded.tpm, manufacturer = excluded.manufacturer, model = excluded.model;
        return null;
      end $$`.execute(db)
    await sql`
      create trigger device_is_listed
      after insert or update of ${sql.raw(COPIED.replace('organization_id, id, ', ''))} on devices
      for each row execute function copy_device_to_list()`.execute(db)
    // The words themselves are not needed once they are folded: half as much is read when many fit.
    await sql`
      create table device_words_new (
        organization_id text not null references organizations (id) on delete cascade,
        device_id text not null,
        search tsvector not null,
        primary key (organization_id, device_id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      insert into device_words_new (organization_id, device_id, search)
      select organization_id, device_id, search from device_words`.execute(db)
    await sql`drop table device_words`.execute(db)
    await sql`alter table device_words_new rename to device_words`.execute(db)
    await sql`alter table device_words set (parallel_workers = 0)`.execute(db)
    await sql`create index device_words_search on device_words using gin (search)`.execute(db)
  },
}
