import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const certificates: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table certificate_settings (
        organization_id text primary key references organizations on delete cascade,
        algorithm text not null check (algorithm in ('rsa2048', 'ecdsaP256')),
        validity_days integer not null check (validity_days between 60 and 730),
        sha1_allowed boolean not null,
        updated_at timestamptz not null,
        updated_by text not null
      )`.execute(db)
    await sql`
      create table certificate_authorities (
        organization_id text not null references organizations on delete cascade,
        id text not null,
        state text not null check (state in ('next', 'active', 'retired')),
        source text not null check (source in ('own', 'imported')),
        signature text not null check (signature in ('rsaSha256', 'ecdsaSha256', 'ecdsaSha384')),
        -- 'RSA 2048', 'ECDSA P-256'
        key text not null,
        subject text not null,
        certificate bytea not null,
        -- Who signed it, for an imported one that is no root itself.
        root bytea,
        fingerprint text not null,
        key_id text not null,
        secret_id text not null,
        not_before timestamptz not null,
        not_after timestamptz not null,
        created_at timestamptz not null,
        activated_at timestamptz,
        retired_at timestamptz,
        crl_number bigint not null default 0,
        crl bytea,
        crl_made_at timestamptz,
        -- How many were revoked when the list was made: more since then, and it is out of date.
        crl_revoked bigint not null default 0,
        primary key (organization_id, id)
      )`.execute(db)
    // The list of revoked certificates is asked for by the id alone.
    await sql`create unique index certificate_authorities_id on certificate_authorities (id)`.execute(
      db,
    )
    await sql`create index certificate_authorities_key on certificate_authorities (key_id)`.execute(
      db,
    )
    // Two that sign with one key would publish two lists for the same certificates.
    await sql`
      create unique index certificate_authorities_fingerprint
      on certificate_authorities (fingerprint)`.execute(db)
    await sql`
      create unique index certificate_authorities_state
      on certificate_authorities (organization_id, state) where state <> 'retired'`.execute(db)
    await sql`
      create table certificates (
        organization_id text not null,
        id text not null,
        authority_id text not null,
        device_id text not null,
        serial_number text not null,
        fingerprint text not null,
        thumbprint text not null,
        certificate bytea not null,
        not_before timestamptz not null,
        not_after timestamptz not null,
        issued_at timestamptz not null,
        first_used_at timestamptz,
        revoked_at timestamptz,
        revocation_reason text check (revocation_reason in ('unspecified', 'keyCompromise',
          'superseded', 'cessationOfOperation', 'privilegeWithdrawn')),
        replaced_by text,
        primary key (organization_id, id),
        foreign key (organization_id, authority_id)
          references certificate_authorities (organization_id, id) on delete cascade,
        check ((revoked_at is null) = (revocation_reason is null))
      )`.execute(db)
    // A session begins with a certificate and nothing else: it says which organization it is of.
    await sql`create unique index certificates_fingerprint on certificates (fingerprint)`.execute(
      db,
    )
    await sql`create unique index certificates_serial_number on certificates (serial_number)`.execute(
      db,
    )
    await sql`
      create index certificates_device on certificates (organization_id, device_id, issued_at)`.execute(
      db,
    )
    await sql`
      create index certificates_issued on certificates (organization_id, issued_at, id)`.execute(db)
    await sql`
      create index certificates_revoked on certificates (organization_id, authority_id)
      where revoked_at is not null`.execute(db)
  },
}
