import { sql } from 'kysely'
import { loadHomeOrganization } from '../src/organizations/index.ts'
import { openDatabase } from '../src/platform/database.ts'

/**
 * Writes devices of all sorts into a PostgreSQL as if they had enrolled and come: seven models, five builds,
 * most of them safe, 3 of 100 silent for long.
 */
export async function fillDevices(url: string, count: number): Promise<void> {
  const database = await openDatabase({ kind: 'postgres', url, poolSize: 1 })
  const { db } = database
  try {
    const { id: organization } = await loadHomeOrganization(db)
    await sql`
      insert into devices (
        organization_id, id, name, entra_device_id, mdm_device_id, hardware_id, serial_number, manufacturer,
        model, operating_system, build, edition, locale, ownership, scope, state, user_id, user_entra_id,
        user_name, user_principal_name, secret_id, first_enrolled_at, enrolled_at, last_seen_at, sort_name,
        build_number, encrypted, secure_boot, tpm, firewall, antivirus, signatures, signature_version,
        signatures_since, free_storage_mb, total_storage_mb)
      select ${organization}, 'dev_' || substr(md5('device' || n), 1, 20),
        name, md5('entra' || n)::uuid, upper(md5('mdm' || n)), md5('hardware' || n) || md5('more' || n),
        'SN' || substr(md5('serial' || n), 1, 8), maker, model, 'Windows',
        '10.0.' || build || '.' || (n * 7919) % 6000, (array['48', '4', '101'])[1 + n % 3], 'de-DE',
        case when n % 10 = 0 then 'personal' else 'corporate' end, 'device',
        case when n % 50 = 0 then 'unenrolled' when n % 333 = 0 then 'wiped' else 'enrolled' end,
        'usr_' || n / 2, md5('person' || n / 2)::uuid,
        person, lower(replace(person, ' ', '.')) || n / 2 || '@contoso.example', 'sec_' || n,
        enrolled, enrolled, case when n % 97 = 0 then null
          when n % 33 = 0 then now() - interval '60 days' - n % 90 * interval '1 day'
          else date_trunc('milliseconds', now() - (n::bigint * 104729) % 172800 * interval '1 second') end,
        lower(name), (1000::bigint * 100000 + build) * 100000 + (n * 7919) % 6000,
        case when n % 29 = 0 then null else n % 23 <> 0 end, n % 41 <> 0,
        case when n % 200 = 0 then 'none' when n % 19 = 0 then '1.2' else '2.0' end,
        n % 67 <> 0, n % 71 <> 0, n % 13 <> 0, '1.441.' || n % 90 || '.0',
        now() - n % 40 * interval '1 day', 10000 + (n * 7919) % 400000, 476000
      from (
        select n, upper(left(site, 3)) || '-' || substr(md5('name' || n), 1, 7) as name,
          (array['Lenovo', 'Dell Inc.', 'HP', 'Microsoft Corporation'])[1 + n % 4] as maker,
          (array['ThinkPad T14 Gen 4', 'Latitude 5440', 'EliteBook 840 G10', 'Surface Laptop 6',
            'OptiPlex 7010', 'ThinkCentre M70q', 'ZBook Firefly'])[1 + n % 7] as model,
          (array[19045, 22621, 22631, 26100, 26200])[1 + n % 5] as build,
          (array['Anna', 'Mehmet', 'Zoë', 'Jürgen', 'Ingrid', 'Piotr', 'Fatima', 'Lars'])[1 + n % 8] || ' ' ||
          (array['Müller', 'Yılmaz', 'van den Berg', 'Schmidt', 'Kowalski', 'Okafor', 'Nguyen', 'Öztürk',
            'Dubois', 'Novak', 'Hansen'])[1 + n % 11] as person,
          date_trunc('milliseconds', now() - (n * 7919) % 31536000 * interval '1 second') as enrolled
        from (
          select n, (array['Berlin', 'Hamburg', 'München', 'Wien', 'Zürich', 'Delft'])[1 + n % 6] as site
          from generate_series(1, ${count}) as n) as places) as made`.execute(db)
    await sql`
      insert into device_contexts (organization_id, device_id, context)
      select organization_id, id, jsonb_build_object('DeviceName', jsonb_build_array(name),
        'HWDevID', jsonb_build_array(hardware_id), 'Locale', jsonb_build_array(locale))
      from devices where organization_id = ${organization}`.execute(db)
    await sql`
      insert into device_words (organization_id, device_id, search)
      select organization_id, id, array_to_tsvector(array(
        select distinct word from regexp_split_to_table(lower(concat_ws(' ', name, serial_number, manufacturer,
          model, user_name, user_principal_name, entra_device_id, id)), '[^[:alnum:]]+') as word
        where word <> ''))
      from devices where organization_id = ${organization}`.execute(db)
    await sql`vacuum analyze devices`.execute(db)
    await sql`vacuum analyze device_list`.execute(db)
    await sql`vacuum analyze device_words`.execute(db)
  } finally {
    await database.close()
  }
}
