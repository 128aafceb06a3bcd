import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What PostgreSQL itself can do of the folding that TypeScript does; the rest follows with the next session. */
const fold = (text: string) =>
  sql.raw(
    `regexp_replace(normalize(replace(lower(${text}), 'ß', 'ss'), NFKD), '[\\u0300-\\u036f]', '', 'g')`,
  )
const told = (node: string) => sql.raw(`f.facts -> '${node}' ->> 'value'`)
const STATUS = './Device/Vendor/MSFT/DeviceStatus/'
const HEALTH = './Device/Vendor/MSFT/Defender/Health/'
const DETAIL = './DevDetail/Ext/Microsoft/'

export const deviceLists: Migration = {
  async up(db: Kysely<unknown>) {
    // What a list never shows is kept beside the list: it reads all rows of an organization to count and sort.
    await sql`
      create table device_contexts (
        organization_id text not null references organizations (id) on delete cascade,
        device_id text not null,
        -- Everything Windows said of itself at its enrolment, by its own names.
        context jsonb not null,
        primary key (organization_id, device_id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      insert into device_contexts (organization_id, device_id, context)
      select organization_id, id, context from devices`.execute(db)
    // Beside it also for this: whenever a device was seen, all indexes of its row may have to be written.
    await sql`
      create table device_words (
        organization_id text not null references organizations (id) on delete cascade,
        device_id text not null,
        words text not null,
        search tsvector generated always as (array_to_tsvector(string_to_array(words, ' '))) stored,
        primary key (organization_id, device_id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      insert into device_words (organization_id, device_id, words)
      select organization_id, id, array_to_string(array(
        select distinct word from regexp_split_to_table(${fold('search_words')}, '[^[:alnum:]]+') as word
        where word <> ''), ' ')
      from devices`.execute(db)
    await sql`create index device_words_search on device_words using gin (search)`.execute(db)
    await sql`
      alter table devices
        drop column context,
        drop column search_words,
        -- The build as a number that sorts.
        add column build_number bigint,
        -- What it last told of itself; null: nothing.
        add column encrypted boolean,
        add column secure_boot boolean,
        add column tpm text check (tpm in ('2.0', '1.2', 'none')),
        add column firewall boolean,
        add column antivirus boolean,
        add column signatures boolean,
        add column signature_version text,
        -- Since when they are of that version, as far as we know.
        add column signatures_since timestamptz,
        add column free_storage_mb integer,
        add column total_storage_mb integer`.execute(db)
    await sql`update devices set sort_name = ${fold('name')}, build_number = ${buildNumber('build')}`.execute(
      db,
    )
    await fillTraits(db)
    // Room for the next version of a row beside it, so that being seen writes no index.
    await sql`alter table devices set (fillfactor = 85)`.execute(db)
    await sql`create index devices_by_enrolment on devices (organization_id, enrolled_at, id)`.execute(
      db,
    )
    await sql`create index devices_by_build on devices (organization_id, coalesce(build_number, 0), id)`.execute(
      db,
    )
    await sql`
      create table device_views (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        name text not null,
        -- In lower case.
        sort_name text collate "C" not null,
        -- Whose it is; shared ones belong to the organization.
        owner text not null,
        owner_name text not null,
        shared boolean not null,
        filter jsonb not null,
        columns jsonb not null,
        sort text not null,
        descending boolean not null,
        changed_at timestamptz not null,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create unique index device_views_own on device_views (organization_id, owner, sort_name) where not shared`.execute(
      db,
    )
    await sql`create unique index device_views_shared on device_views (organization_id, sort_name) where shared`.execute(
      db,
    )
  },
}

/** `10.0.26100.4349` as a number, as `devices/build-number.ts` makes it. */
const buildNumber = (column: string) =>
  sql.raw(`case when ${column} ~ '^\\d{1,2}\\.\\d{1,2}\\.\\d{1,5}(\\.\\d{1,5})?$' then
    ((split_part(${column}, '.', 1)::bigint * 100 + split_part(${column}, '.', 2)::bigint) * 100000
      + split_part(${column}, '.', 3)::bigint) * 100000
      + coalesce(nullif(split_part(${column}, '.', 4), ''), '0')::bigint end`)

/** Devices that came before this was kept: from what they told. */
async function fillTraits(db: Kysely<unknown>): Promise<void> {
  const truth = (node: string) =>
    sql`case lower(${told(node)}) when '1' then true when 'true' then true when '0' then false when 'false' then false end`
  const guard = (node: string) =>
    sql`case ${told(node)} when '0' then true when '1' then false when '2' then false when '3' then false end`
  const megabytes = (node: string) =>
    sql`case when ${told(node)} ~ '^\\d{1,9}$' then (${told(node)})::integer end`
  await sql`
    update devices as d set
      encrypted = ${truth(`${STATUS}Compliance/EncryptionCompliance`)},
      secure_boot = case ${told(`${STATUS}SecureBootState`)} when '1' then true when '0' then false when '2' then false end,
      tpm = case when ${told(`${STATUS}TPM/SpecificationVersion`)} like '2.0%' then '2.0'
        when ${told(`${STATUS}TPM/SpecificationVersion`)} like '1.%' then '1.2'
        when ${told(`${STATUS}TPM/SpecificationVersion`)} ilike 'not supported%' then 'none' end,
      firewall = ${guard(`${STATUS}Firewall/Status`)},
      antivirus = ${guard(`${STATUS}Antivirus/Status`)},
      signatures = ${truth(`${STATUS}Antivirus/SignatureStatus`)},
      signature_version = left(${told(`${HEALTH}SignatureVersion`)}, 300),
      signatures_since = to_timestamp((f.facts -> ${sql.lit(`${HEALTH}SignatureVersion`)} ->> 'since')::double precision / 1000),
      free_storage_mb = ${megabytes(`${DETAIL}FreeStorage`)},
      total_storage_mb = ${megabytes(`${DETAIL}TotalStorage`)}
    from device_standings as f
    where f.organization_id = d.organization_id and f.device_id = d.id`.execute(db)
}
