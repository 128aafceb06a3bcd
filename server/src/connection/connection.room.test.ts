import { ConnectionInput } from '@mooring/contract/connection'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { texts } from '../app/texts.ts'
import { tenantId } from '../entra/ids.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { checkConnection } from './check-connection.ts'
import { findConnection, findFindings, toContract } from './connection-store.ts'
import { renderFindings } from './render-findings.ts'
import { saveConnection } from './save-connection.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId
let second: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 50, groups: 12 })
  ;({ first, second } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const publicUrl = new URL('https://mdm.example.org')
const check = (organization: OrganizationId) =>
  checkConnection({ ...world.parts, publicUrl }, organization)
const input = (more: object = {}) =>
  ConnectionInput.parse({
    tenantId: world.emulator.tenant.id,
    clientId: world.emulator.app.clientId,
    credential: { kind: 'secret', value: world.emulator.app.secret },
    syncUsers: true,
    syncGroups: true,
    ...more,
  })
const save = (organization: OrganizationId, what: ConnectionInput, synchronised?: string) =>
  world.db.transaction().execute((tx) =>
    saveConnection(tx, world.secrets, {
      organization,
      input: what,
      by: 'ada@example.org',
      now: world.clock.now(),
      synchronisedTenant: synchronised ? tenantId(synchronised) : undefined,
    }),
  )
const findingsOf = async (organization: OrganizationId) => {
  const found = await check(organization)
  return Object.fromEntries((found?.findings ?? []).map((finding) => [finding.id, finding]))
}

describe('saving', () => {
  test.each(['~a+b/c=d&e%f', 'x'.repeat(200), 'ü€𝄞"', '%00%0a'])(
    'the secret %j is kept to the byte',
    async (value) => {
      await save(first, input({ credential: { kind: 'secret', value } }))

      const connection = await findConnection(world.db, first)
      const opened = await world.secrets.open(
        world.db,
        first,
        connection?.secretId ?? '',
        'entra-client-credential',
      )
      expect(opened).toBe(value)
    },
  )

  test('the secret is nowhere in the database but sealed, and not in what the API tells', async () => {
    const value = 'pl4nted~secret+of/this=test'
    await save(first, input({ credential: { kind: 'secret', value } }))
    const connection = await findConnection(world.db, first)
    if (!connection) throw new Error('not saved')

    const rows = await Promise.all(
      (['connections', 'secrets', 'connection_checks'] as const).map((table) =>
        acrossOrganizations(world.db).selectFrom(table).selectAll().execute(),
      ),
    )
    const bytes = Buffer.concat(
      rows
        .flat()
        .flatMap((row) =>
          Object.values(row).map((cell) =>
            cell instanceof Uint8Array ? cell : Buffer.from(String(cell)),
          ),
        ),
    )
    expect(bytes.includes(value)).toBe(false)
    expect(JSON.stringify(toContract(connection))).not.toContain(value.slice(0, -4))
    expect(toContract(connection).credential.hint).toBe('test')
  })

  test('a new secret takes the place of the old one, which is destroyed', async () => {
    await save(first, input())
    const before = await findConnection(world.db, first)

    await save(first, input({ credential: { kind: 'secret', value: 'the-next-secret~value' } }))

    const secrets = await world.db
      .selectFrom('secrets')
      .select('id')
      .where('organization_id', '=', first)
      .execute()
    expect(secrets).toHaveLength(1)
    expect(secrets[0]?.id).not.toBe(before?.secretId)
  })

  test('without a credential the present one is kept', async () => {
    await save(first, input())
    const before = await findConnection(world.db, first)

    const after = await save(first, input({ credential: undefined, syncGroups: false }))

    expect(after).toMatchObject({ secretId: before?.secretId, syncGroups: false })
  })

  test.each([
    { clientId: '99999999-9999-4999-8999-999999999999' },
    { tenantId: '99999999-9999-4999-8999-999999999999' },
  ])('another application (%j) needs a credential of its own', async (other) => {
    await save(first, input())

    await expect(save(first, input({ ...other, credential: undefined }))).rejects.toThrow(
      'credentialNeeded',
    )
    expect(await findConnection(world.db, first)).toMatchObject({
      clientId: world.emulator.app.clientId,
    })
  })

  test('a first connection needs a credential', async () => {
    await expect(save(first, input({ credential: undefined }))).rejects.toThrow('credentialNeeded')
  })

  test('another tenant is refused while the organization holds people of this one', async () => {
    const synchronised = world.emulator.other.tenant.id

    await expect(save(first, input(), synchronised)).rejects.toThrow('tenantHasData')
  })

  test('two organizations have their own connections', async () => {
    await save(first, input())

    expect(await findConnection(world.db, second)).toBeUndefined()
    await save(second, input({ credential: { kind: 'secret', value: 'another~secret' } }))
    expect((await findConnection(world.db, first))?.credentialHint).toBe(
      world.emulator.app.secret.slice(-4),
    )
  })

  test('two administrators who save at once leave one whole connection', async () => {
    const values = ['secret-number-one', 'secret-number-two']

    await Promise.all(
      values.map((value) => save(first, input({ credential: { kind: 'secret', value } }))),
    )

    const connection = await findConnection(world.db, first)
    const opened = await world.secrets.open(
      world.db,
      first,
      connection?.secretId ?? '',
      'entra-client-credential',
    )
    expect(values).toContain(opened)
    expect(
      await world.db
        .selectFrom('secrets')
        .select('id')
        .where('organization_id', '=', first)
        .execute(),
    ).toHaveLength(1)
  })
})

describe('what is pasted', () => {
  test('a GUID in capitals and with blanks around it is understood', () => {
    const { tenantId: id } = input({ tenantId: `  ${world.emulator.tenant.id.toUpperCase()}\n` })

    expect(id).toBe(world.emulator.tenant.id)
  })

  test.each([
    [{ tenantId: 'contoso.onmicrosoft.com' }, 'tenantId', 'notAGuid'],
    [{ tenantId: '' }, 'tenantId', 'notAGuid'],
    [{ clientId: `${'0'.repeat(500)}` }, 'clientId', ''],
    [{ clientId: null }, 'clientId', ''],
    [
      { credential: { kind: 'secret', value: '8f1d1cb0-7b0f-4a3c-9b0a-2f8a6f4e1d11' } },
      'credential.value',
      'secretIsAnId',
    ],
    [
      { credential: { kind: 'secret', value: ' 8F1D1CB0-7B0F-4A3C-9B0A-2F8A6F4E1D11 ' } },
      'credential.value',
      'secretIsAnId',
    ],
    [{ credential: { kind: 'secret', value: '' } }, 'credential.value', 'secretEmpty'],
    [{ credential: { kind: 'secret', value: 'abc ' } }, 'credential.value', 'secretHasBlanks'],
    [
      { credential: { kind: 'secret', value: 'x'.repeat(1001) } },
      'credential.value',
      'secretTooLong',
    ],
    [
      { credential: { kind: 'secret', value: 'x', expiresAt: 'tomorrow' } },
      'credential.expiresAt',
      '',
    ],
    [{ credential: { kind: 'password', value: 'x' } }, 'credential.kind', ''],
    [{ syncUsers: 'yes' }, 'syncUsers', ''],
    [{ extra: 1 }, '', ''],
  ])('%j is refused at %s', (wrong, path, message) => {
    const parsed = ConnectionInput.safeParse({ ...input(), ...wrong })

    const issue = parsed.error?.issues.find((found) => found.path.join('.') === path)
    expect(issue).toBeDefined()
    if (message) expect(parsed.error?.issues.map((found) => found.message)).toContain(message)
  })
})

describe('the check', () => {
  test('of a right connection is well, and is kept', async () => {
    await save(first, input({ credential: { ...input().credential, expiresAt: '2027-11-25' } }))

    const found = await check(first)

    expect(
      found?.findings.filter((finding) => !['passed', 'skipped'].includes(finding.state)),
    ).toEqual([])
    expect(await findFindings(world.db, first)).toEqual(found)
    expect(await findFindings(world.db, second)).toBeUndefined()
  })

  test('of an organization without a connection is nothing', async () => {
    expect(await check(second)).toBeUndefined()
  })

  test('sees a permission that was granted since, past the cached token', async () => {
    const { apps, app } = world.emulator
    apps.revoke(app.clientId, ['Group.Read.All'])
    await save(first, input())
    const before = await findingsOf(first)

    apps.grant(app.clientId, ['Group.Read.All'])
    const after = await findingsOf(first)

    expect(before['permission.Group.Read.All']).toMatchObject({
      state: 'failed',
      code: 'permissionMissing',
    })
    expect(before['read.groups']).toMatchObject({
      state: 'failed',
      code: 'Authorization_RequestDenied',
    })
    expect(before['permission.User.Read.All']).toMatchObject({ state: 'passed' })
    expect(after['permission.Group.Read.All']).toMatchObject({ state: 'passed' })
    expect(after['read.groups']).toMatchObject({ state: 'passed' })
  })

  test.each([
    [
      'wrong secret',
      (w: typeof world) =>
        input({ credential: { kind: 'secret', value: `${w.emulator.app.secret}x` } }),
      'AADSTS7000215',
    ],
    [
      'unknown application',
      () => input({ clientId: '99999999-9999-4999-8999-999999999999' }),
      'AADSTS700016',
    ],
    [
      'unknown tenant',
      () => input({ tenantId: '99999999-9999-4999-8999-999999999999' }),
      'AADSTS90002',
    ],
    [
      'application of another tenant',
      (w: typeof world) => input({ tenantId: w.emulator.other.tenant.id }),
      'AADSTS700016',
    ],
  ])('tells a %s by Microsoft\u2019s code and trace id', async (_what, wrong, code) => {
    await save(first, wrong(world))

    const { token } = await findingsOf(first)

    expect(token).toMatchObject({ state: 'failed', code })
    expect(token?.microsoftTraceId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('tells an expired secret and a disabled application', async () => {
    const { apps, app } = world.emulator
    await save(first, input())
    apps.expireSecret(app.clientId)
    const expired = await findingsOf(first)
    apps.disable(app.clientId)
    const disabled = await findingsOf(first)

    expect(expired['token']?.code).toBe('AADSTS7000222')
    expect(disabled['token']?.code).toBe('AADSTS7000112')
  })

  test('measures the clock against the other side', async () => {
    await save(first, input())
    world.emulator.clock.advance(10 * 60_000)

    const { clock } = await findingsOf(first)

    expect(clock).toMatchObject({ state: 'failed', code: 'clockBehind' })
  })

  test.each([
    [{ kind: 'html', status: 200 }, 'notJson'],
    [{ kind: 'reset' }, 'connectionLost'],
    [{ kind: 'hang' }, 'timedOut'],
    [
      {
        kind: 'answer',
        status: 302,
        headers: { location: 'https://proxy.example/login' },
        body: 'moved',
      },
      'redirected',
    ],
    [
      {
        kind: 'answer',
        status: 503,
        body: { error: 'temporarily_unavailable', error_codes: [90033] },
      },
      'AADSTS90033',
    ],
  ] as const)('tells the network trouble %j apart as %s', async (fault, code) => {
    await save(first, input())
    world.emulator.trouble.add({ side: 'login', fault })

    const { token } = await findingsOf(first)

    expect(token).toMatchObject({ state: 'failed', code })
  })

  test('is put into words of both languages, without the secret in them', async () => {
    const { apps, app } = world.emulator
    apps.revoke(app.clientId, ['User.Read.All'])
    await save(first, input())
    const found = await check(first)
    if (!found) throw new Error('no findings')

    const [english, german] = (['en', 'de'] as const).map((language) =>
      renderFindings(texts, language, found),
    )

    for (const report of [english, german]) {
      expect(report?.state).toBe('failed')
      for (const line of report?.checks ?? []) {
        expect(line.title).not.toBe('')
        expect(`${line.detail}${line.remedy ?? ''}`).not.toMatch(/[{}]/)
        if (line.state === 'failed') expect(line.remedy).toBeTruthy()
      }
      expect(JSON.stringify(report)).not.toContain(app.secret)
    }
    expect(english?.checks[0]?.title).not.toBe(german?.checks[0]?.title)
  })
})
