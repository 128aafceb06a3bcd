import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { createAuthorityKeys } from '../src/certificates/authority-keys.ts'
import { findStanding, makeCertificate } from '../src/certificates/issue-certificate.ts'
import { addCommands } from '../src/management/commands-store.ts'
import { loadHomeOrganization } from '../src/organizations/index.ts'
import { type Db, openDatabase } from '../src/platform/database.ts'
import { newId } from '../src/platform/ids.ts'
import { openKeyFile } from '../src/platform/key-source.ts'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'
import type { Schema } from '../src/platform/schema.ts'
import { createSecrets } from '../src/platform/secrets.ts'

// Devices for `npm run bench:checkin`, put into the database as if they had enrolled and come long ago:
// with certificates of the organization's own authority. They share a few keys, for to make 100,000 would
// take an hour. It also tells how much PostgreSQL has logged.

/** One line of stdin, as JSON; each is answered by one line of stdout. */
export type FleetOrder =
  /** Adds devices until there are so many. What they have told is what the first that came has told. */
  | { readonly kind: 'fill'; readonly count: number }
  /** Writes certificates and keys of some, evenly of all, for the client to take up. */
  | { readonly kind: 'sample'; readonly count: number; readonly file: string }
  /** Lets each of the devices of the last sample have commands waiting. */
  | { readonly kind: 'queue'; readonly commands: number }
  /** How much PostgreSQL has logged. */
  | { readonly kind: 'logged' }

/** As the client takes it up. */
export type FleetDevice = {
  readonly id: string
  readonly mdmDeviceId: string
  /** PEM. */
  readonly certificate: string
  readonly privateKey: string
}

const KEYS = 16
/** Devices in one statement. */
const AT_ONCE = 500
/** The same, of devices with their commands. */
const QUEUED_AT_ONCE = 100

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: '' },
    'key-file': { type: 'string', default: '' },
    url: { type: 'string', default: '' },
  },
})
const database = await openDatabase({ kind: 'postgres', url: values.database, poolSize: 4 })
const { db } = database
const { id: organization } = await loadHomeOrganization(db)
const issuing = {
  keys: createAuthorityKeys(
    createSecrets(openKeyFile({ path: values['key-file'], create: false })),
  ),
  publicUrl: new URL(values.url),
}
const keys = Array.from({ length: KEYS }, makeKey)
const fleet: FleetDevice[] = []
let sample: readonly FleetDevice[] = []

async function carryOut(order: FleetOrder): Promise<object> {
  switch (order.kind) {
    case 'fill':
      await fill(order.count)
      return { devices: fleet.length }
    case 'sample':
      sample = takeEvenly(fleet, order.count)
      writeFileSync(order.file, sample.map((device) => `${JSON.stringify(device)}\n`).join(''), {
        mode: 0o600,
      })
      return { devices: sample.length }
    case 'queue':
      for (const devices of inPieces(sample, QUEUED_AT_ONCE))
        await queue(db, devices, order.commands)
      await sql`analyze device_commands`.execute(db)
      return { commands: sample.length * order.commands }
    case 'logged':
      return { bytes: await readLogged() }
  }
}

function makeKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  }
}

async function fill(wanted: number): Promise<void> {
  while (fleet.length < wanted) {
    await addDevices(Math.min(AT_ONCE, wanted - fleet.length))
  }
  await sql`analyze devices, certificates, device_standings, device_commands`.execute(db)
}

async function addDevices(howMany: number): Promise<void> {
  const now = new Date()
  const standing = await findStanding(db, organization)
  const made = await Promise.all(
    Array.from({ length: howMany }, async (_, place) => {
      const number = fleet.length + place
      const key = keys[number % keys.length]
      if (!key) throw new Error('no key')
      const id = newId('dev')
      const certificate = await makeCertificate(db, issuing, standing, {
        deviceId: id,
        publicKey: key.publicKey,
        now,
      })
      return { id, key, certificate, number, mdmDeviceId: newId('mdm').slice(4).toUpperCase() }
    }),
  )
  const rows = made.map(({ id, number, mdmDeviceId, certificate }) => ({
    id,
    name: `BENCH-${number}`,
    sort_name: `bench-${number}`,
    mdm_device_id: mdmDeviceId,
    certificate_id: certificate.id,
    authority_id: certificate.authorityId,
    serial_number: certificate.serialNumber,
    fingerprint: certificate.fingerprint,
    thumbprint: certificate.thumbprint,
    der: Buffer.from(certificate.der).toString('hex'),
    not_before: certificate.notBefore,
    not_after: certificate.notAfter,
  }))
  await db.transaction().execute((tx) => addRows(tx, JSON.stringify(rows)))
  fleet.push(
    ...made.map(({ id, key, certificate, mdmDeviceId }) => ({
      id,
      mdmDeviceId,
      certificate: toPem(certificate.der),
      privateKey: key.pem,
    })),
  )
}

let model = ''

/** The device that really enrolled and came. */
async function findModel(): Promise<string> {
  if (model !== '') return model
  const { id } = await db
    .selectFrom('devices')
    .select('id')
    .where('organization_id', '=', organization)
    .orderBy('enrolled_at')
    .executeTakeFirstOrThrow()
  model = id
  return id
}

/** As the device that really enrolled and came, but for what is a device's own. */
async function addRows(all: Db, rows: string): Promise<void> {
  // Copies of whole rows: the guard would want the organization once more for each.
  const tx = acrossOrganizations<Schema>(all)
  await sql`
    insert into devices
    select made.*
    from jsonb_to_recordset(${rows}::jsonb)
        as n (id text, name text, sort_name text, mdm_device_id text),
      devices pattern,
      lateral jsonb_populate_record(pattern, jsonb_build_object(
        'id', n.id, 'name', n.name, 'sort_name', n.sort_name, 'mdm_device_id', n.mdm_device_id,
        'entra_device_id', null, 'hardware_id', null, 'is_unweighed', false
      )) made
    where pattern.organization_id = ${organization} and pattern.id = ${await findModel()}`.execute(
    tx,
  )
  await sql`
    insert into certificates (organization_id, id, authority_id, device_id, serial_number,
      fingerprint, thumbprint, certificate, not_before, not_after, issued_at, first_used_at)
    select ${organization}, n.certificate_id, n.authority_id, n.id, n.serial_number, n.fingerprint,
      n.thumbprint, decode(n.der, 'hex'), n.not_before, n.not_after, now(), now()
    from jsonb_to_recordset(${rows}::jsonb) as n (
      id text, certificate_id text, authority_id text, serial_number text, fingerprint text,
      thumbprint text, der text, not_before timestamptz, not_after timestamptz)`.execute(tx)
  await sql`
    insert into device_standings
      (organization_id, device_id, heard_digest, reply, heard_at, facts, read_at, due_at, proof)
    select pattern.organization_id, n.id, pattern.heard_digest, pattern.reply, pattern.heard_at,
      pattern.facts, pattern.read_at, pattern.due_at, pattern.proof
    from jsonb_to_recordset(${rows}::jsonb) as n (id text), device_standings pattern
    where pattern.organization_id = ${organization} and pattern.device_id = ${await findModel()}
    `.execute(tx)
}

/** Settings that are read, as an administrator's own SyncML would. */
const STEPS = [
  {
    verb: 'Replace' as const,
    uri: './Device/Vendor/MSFT/Policy/Config/Camera/AllowCamera',
    format: 'int',
    data: '1',
  },
]

async function queue(tx: Db, devices: readonly FleetDevice[], commands: number): Promise<void> {
  const now = new Date()
  await addCommands(
    tx,
    organization,
    devices.flatMap(({ id }) =>
      Array.from({ length: commands }, () => ({
        id: newId('cmd'),
        deviceId: id,
        kind: 'custom',
        parameters: {},
        steps: STEPS,
        needsUser: false,
        repeatable: true,
        createdAt: now,
        createdBy: 'bench',
        reason: null,
        expiresAt: new Date(now.getTime() + 24 * 3600_000),
      })),
    ),
  )
}

async function readLogged(): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 as bytes`.execute(db)
  return rows[0]?.bytes ?? 0
}

function takeEvenly<T>(all: readonly T[], wanted: number): T[] {
  const step = Math.max(1, all.length / wanted)
  return Array.from(
    { length: Math.min(wanted, all.length) },
    (_, place) => all[Math.floor(place * step)],
  ).filter((one) => one !== undefined)
}

function* inPieces<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}

function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line)))}\n`)
}
await database.close()
