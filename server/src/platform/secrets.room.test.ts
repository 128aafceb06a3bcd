import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { newId } from './ids.ts'
import { type KeySource, openKeyFile } from './key-source.ts'
import { checkMasterKey } from './master-key-check.ts'
import { acrossOrganizations } from './organization-guard.ts'
import type { OrganizationId } from './organization-id.ts'
import { rotateMasterKey } from './rotate-master-key.ts'
import { newMasterKey, SealBroken } from './seal.ts'
import { createSecrets } from './secrets.ts'

const database = await testDatabase()
const { db } = database
const folder = mkdtempSync(join(tmpdir(), 'mooring-secrets-'))
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const SECRET = 'a client secret that nobody may find'
let path: string
let keys: KeySource
let home: OrganizationId
let north: OrganizationId
beforeEach(async () => {
  await database.truncate()
  path = join(folder, `${newId('key')}`)
  keys = openKeyFile({ path, create: true })
  home = (await db.selectFrom('organizations').select('id').executeTakeFirstOrThrow()).id
  north = newId('org')
  await db.insertInto('organizations').values({ id: north, slug: 'north', name: 'N' }).execute()
  await checkMasterKey(db, home, keys.ring())
})

const linesOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n')
/** What another process has: its own memory of the same file. */
const elsewhere = () => openKeyFile({ path, create: false })

test('a sealed secret opens for its own organization and purpose only', async () => {
  const secrets = createSecrets(keys)
  const id = await secrets.seal(db, home, 'one use', SECRET)

  expect(await secrets.open(db, home, id, 'one use')).toBe(SECRET)
  await expect(secrets.open(db, home, id, 'another use')).rejects.toThrow(SealBroken)
  await expect(secrets.open(db, north, id, 'one use')).rejects.toThrow(SealBroken)
  await secrets.remove(db, north, id)
  expect(await secrets.open(db, home, id, 'one use')).toBe(SECRET)
  await secrets.remove(db, home, id)
  await expect(secrets.open(db, home, id, 'one use')).rejects.toThrow(SealBroken)
})

test('many are sealed together, each by itself, also after somebody else exchanged the key', async () => {
  const secrets = createSecrets(keys)
  const values = ['one', 'two', 'three']

  const before = await secrets.sealAll(db, home, 'use', values)
  await rotateMasterKey({ db, keys: elsewhere(), home })
  const after = await secrets.sealAll(db, home, 'use', values)

  const ids = [...before, ...after]
  const opened = await Promise.all(ids.map((id) => secrets.open(db, home, id, 'use')))
  expect(opened).toEqual([...values, ...values])
  expect(new Set(ids).size).toBe(6)
  const rows = await db
    .selectFrom('secrets')
    .select('key_id')
    .where('organization_id', '=', home)
    .execute()
  expect(new Set(rows.map(({ key_id }) => key_id))).toEqual(new Set([keys.ring().current.id]))
})

test("a row moved to another organization's name does not open there", async () => {
  const secrets = createSecrets(keys)
  const id = await secrets.seal(db, home, 'use', SECRET)
  await sql`update secrets set organization_id = ${north}`.execute(acrossOrganizations(db))

  await expect(secrets.open(db, north, id, 'use')).rejects.toThrow(SealBroken)
})

test('a dump of the database holds no secret', async () => {
  const id = await createSecrets(keys).seal(db, home, 'use', SECRET)

  const { rows } = await sql<{ row: string }>`
    select s::text as row from secrets s union all select m::text from master_key_check m`.execute(
    acrossOrganizations(db),
  )
  const dump = rows.map(({ row }) => row).join('\n')

  expect(dump).toMatch(id)
  for (const encoding of ['utf8', 'hex', 'base64'] as const) {
    expect(dump).not.toContain(Buffer.from(SECRET).toString(encoding))
    expect(dump).not.toContain(Buffer.from(keys.ring().current.bytes).toString(encoding))
  }
})

test('a key file that does not belong to the database is noticed at once', async () => {
  const wrong = openKeyFile({ path: join(folder, newId('wrong')), create: true })

  await expect(checkMasterKey(db, home, wrong.ring())).rejects.toThrow(/Restore the key file/)
  await expect(checkMasterKey(db, home, keys.ring())).resolves.toBeUndefined()
})

test('after a rotation every secret opens, and the old key is nowhere needed', async () => {
  const secrets = createSecrets(keys)
  const before = keys.ring().current.id
  const one = await secrets.seal(db, home, 'use', SECRET)
  const two = await secrets.seal(db, north, 'use', 'another')

  const rotation = await rotateMasterKey({ db, keys, home })

  expect(rotation).toMatchObject({ rewrapped: 2, oldKeyRemains: false })
  expect(rotation.keyId).not.toBe(before)
  expect(linesOf(path)).toHaveLength(1)
  const fresh = createSecrets(elsewhere())
  expect(await fresh.open(db, home, one, 'use')).toBe(SECRET)
  expect(await fresh.open(db, north, two, 'use')).toBe('another')
  await checkMasterKey(db, home, elsewhere().ring())
})

test('a rotation that was interrupted anywhere goes on where it was', async () => {
  const secrets = createSecrets(keys)
  const one = await secrets.seal(db, home, 'use', SECRET)
  // It got as far as writing the new key in front of the old.
  const next = Buffer.from(newMasterKey().bytes).toString('base64')
  writeFileSync(path, `${next}\n${readFileSync(path, 'utf8')}`)
  const interrupted = elsewhere()
  await checkMasterKey(db, home, interrupted.ring())
  const two = await createSecrets(interrupted).seal(db, north, 'use', 'sealed meanwhile')

  const rotation = await rotateMasterKey({ db, keys: interrupted, home })

  expect(rotation).toMatchObject({ rewrapped: 1, keyId: interrupted.ring().current.id })
  expect(linesOf(path)).toEqual([next])
  expect(await createSecrets(elsewhere()).open(db, home, one, 'use')).toBe(SECRET)
  expect(await createSecrets(elsewhere()).open(db, north, two, 'use')).toBe('sealed meanwhile')
})

test('another process that has not heard of the rotation goes on sealing and opening', async () => {
  const other = createSecrets(elsewhere())
  const before = await other.seal(db, home, 'use', 'before')
  await rotateMasterKey({ db, keys, home })

  const after = await other.seal(db, home, 'use', 'after')

  expect(await other.open(db, home, before, 'use')).toBe('before')
  expect(await other.open(db, home, after, 'use')).toBe('after')
  expect(await createSecrets(elsewhere()).open(db, home, after, 'use')).toBe('after')
})

test('secrets sealed while a rotation runs are lost to nobody', async () => {
  const other = createSecrets(elsewhere())
  const sealAndOpen = async (n: number) => {
    const id = await db.transaction().execute((tx) => other.seal(tx, north, 'use', `value ${n}`))
    return { id, n }
  }

  const [sealed] = await Promise.all([
    Promise.all(Array.from({ length: 10 }, (_, n) => sealAndOpen(n))),
    rotateMasterKey({ db, keys, home }).then(() => rotateMasterKey({ db, keys, home })),
  ])

  const fresh = createSecrets(elsewhere())
  for (const { id, n } of sealed) {
    expect(await fresh.open(db, north, id, 'use')).toBe(`value ${n}`)
  }
})

test('a key file that is given from outside is left alone, and one is told what to do', async () => {
  const secrets = createSecrets(keys)
  const id = await secrets.seal(db, home, 'use', SECRET)
  const readOnly = join(folder, newId('mount'))
  const outside: KeySource = { ...elsewhere(), path: join(readOnly, 'is', 'not', 'there') }

  await expect(rotateMasterKey({ db, keys: outside, home })).rejects.toThrow(/in front of the old/)
  expect(existsSync(readOnly)).toBe(false)
  chmodSync(path, 0o600)
  expect(await createSecrets(elsewhere()).open(db, home, id, 'use')).toBe(SECRET)
})
