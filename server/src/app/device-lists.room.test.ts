import { readTraits, TRAIT_NODES } from '@mooring/contract/device-traits'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { type EnrolledDevice, markSeen, saveEnrolled, saveTraits } from '../devices/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { writeTogether } from '../platform/write-together.ts'
import { asToken, testApi } from './testing.ts'

// The list of devices over HTTP: what it finds, in which order, and as a file; and lists that are saved.

const NOW = new Date('2026-11-28T08:00:00Z')
const DAY_MS = 86_400_000
const database = await testDatabase()
const clock = steppingClock(NOW)
const api = testApi(database.database, clock)
let home: OrganizationId
let north: OrganizationId
let auditor: { authorization: string }

beforeAll(async () => {
  home = (await loadHomeOrganization(database.db)).id
})
beforeEach(async () => {
  await database.truncate()
  clock.set(NOW)
  north = newId('org') as OrganizationId // ids of rows are made like this
  await database.db
    .insertInto('organizations')
    .values({ id: north, slug: 'north', name: 'North' })
    .execute()
  auditor = await asToken(api.parts, 'auditor')
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Made = Partial<EnrolledDevice> & {
  readonly told?: Partial<Record<keyof typeof TRAIT_NODES, string>>
  readonly lastSeenAt?: Date
  readonly signaturesSince?: Date
}

/** A device that has enrolled, and told this of itself. */
async function made(name: string, more: Made = {}, organization = home): Promise<string> {
  const { told, lastSeenAt, signaturesSince, ...enrolled } = more
  const id = newId('dev')
  const statements = saveEnrolled(database.db, organization, {
    id,
    name,
    entraDeviceId: undefined,
    mdmDeviceId: 'B5B954E81FBCB94EB79BD08BE625F4EE',
    hardwareId: undefined,
    serialNumber: undefined,
    manufacturer: undefined,
    model: undefined,
    build: '10.0.26100.1',
    edition: '48',
    locale: undefined,
    ownership: 'corporate',
    scope: 'device',
    user: undefined,
    secretId: 'sec_none',
    groupName: undefined,
    context: { DeviceName: [name] },
    now: NOW,
    ...enrolled,
  })
  await writeTogether(database.db, statements)
  if (told) {
    const facts = Object.entries(told).map(([node, value]) => [
      TRAIT_NODES[node as keyof typeof TRAIT_NODES], // the keys of `told`
      { value, code: 200 },
    ])
    const traits = readTraits(Object.fromEntries(facts))
    await saveTraits(database.db, organization, { device: id, traits, signaturesSince })
  }
  if (lastSeenAt) await markSeen(database.db, organization, new Map([[id, lastSeenAt]]))
  return id
}

const base = '/api/v1/organizations/default'
const get = (path: string, headers: object = auditor) =>
  api.app.inject({ method: 'GET', url: `${base}${path}`, headers: { ...headers } })
async function list(query: string) {
  const answer = await get(`/devices?${query}`)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json() as {
    items: { name: string }[]
    nextCursor: string | null
    total: number | null
  }
}
const names = async (query: string) => (await list(query)).items.map(({ name }) => name)
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS)

describe('a filter', () => {
  test('finds devices by what they told of their security, and tells what is not known from what is not so', async () => {
    await made('SAFE', {
      told: {
        encryption: '1',
        secureBoot: '1',
        tpm: '2.0',
        firewall: '0',
        antivirus: '0',
        antivirusSignatures: '1',
      },
    })
    await made('OPEN', {
      told: {
        encryption: '0',
        secureBoot: '2',
        tpm: 'Not Supported',
        firewall: '2',
        antivirus: '1',
        antivirusSignatures: '0',
      },
    })
    await made('SILENT')

    for (const state of ['encrypted', 'secureBoot', 'firewall', 'antivirus', 'signatures']) {
      expect(await names(`${state}=yes`), state).toEqual(['SAFE'])
      expect(await names(`${state}=no`), state).toEqual(['OPEN'])
      expect(await names(`${state}=unknown`), state).toEqual(['SILENT'])
    }
    expect(await names('tpm=2.0')).toEqual(['SAFE'])
    expect(await names('tpm=none')).toEqual(['OPEN'])
    expect(await names('tpm=unknown')).toEqual(['SILENT'])
  })

  test('compares builds as numbers, and knows Windows 10 from 11 by them', async () => {
    await made('OLD', { build: '10.0.19045.5000' })
    await made('NEW', { build: '10.0.26100.900' })
    await made('NEWER', { told: { build: '10.0.26100.4349' } })
    await made('STRANGE', { build: 'Windows' })

    expect(await names('buildFrom=26100.1000')).toEqual(['NEWER'])
    expect(await names('buildTo=26100')).toEqual(['NEW', 'NEWER', 'OLD'])
    expect(await names('buildFrom=10.0.19045&buildTo=26100.900')).toEqual(['NEW', 'OLD'])
    expect(await names('operatingSystem=windows10')).toEqual(['OLD'])
    expect(await names('operatingSystem=windows11')).toEqual(['NEW', 'NEWER'])
    expect((await get('/devices?buildFrom=new')).statusCode).toBe(422)
  })

  test('finds what was not seen for long; what never came counts from its enrolment on', async () => {
    await made('FRESH', { lastSeenAt: daysAgo(1) })
    await made('STALE', { now: daysAgo(90), lastSeenAt: daysAgo(40) })
    await made('NEVER', { now: daysAgo(35) })
    await made('TODAY')

    expect(await names('notSeenForDays=30')).toEqual(['NEVER', 'STALE'])
    expect(await names(`seenBefore=${daysAgo(36).toISOString()}`)).toEqual(['STALE'])
    expect(await names(`enrolledAfter=${daysAgo(60).toISOString()}`)).toEqual([
      'FRESH',
      'NEVER',
      'TODAY',
    ])
  })

  test('finds full drives, old signatures, makes and editions, and all of it together', async () => {
    const told = { freeStorage: '9000', signatureVersion: '1.1', manufacturer: 'Contoso' }
    await made('FULL', { told: { ...told, model: 'Lap 5', edition: '4' }, signaturesSince: NOW })
    await made('BOTH', { told, signaturesSince: daysAgo(9), ownership: 'personal' })
    await made('ROOMY', { told: { freeStorage: '90000' } })

    expect(await names('freeStorageBelowGb=10')).toEqual(['BOTH', 'FULL'])
    expect(await names('signaturesOlderThanDays=7')).toEqual(['BOTH'])
    expect(await names('manufacturer=contoso')).toEqual(['BOTH', 'FULL'])
    expect(await names('model=LAP%205')).toEqual(['FULL'])
    expect(await names('edition=4')).toEqual(['FULL'])
    expect(await names('freeStorageBelowGb=10&ownership=personal')).toEqual(['BOTH'])
  })

  test('finds words by their beginning, as people write them; no word at all finds nothing', async () => {
    const user = {
      id: 'usr_1',
      entraId: newGuid(1),
      name: 'Jürgen Öztürk',
      userPrincipalName: 'jo',
    }
    await made('LAPTOP-0042', { user, serialNumber: '5CG7391X' })
    await made('DESK-1', { serialNumber: '5CG0000' })

    for (const search of ['laptop-00', 'juergen', 'OZTURK', '5cg73', '0042 lap']) {
      expect(await names(`search=${encodeURIComponent(search)}`), search).toEqual(['LAPTOP-0042'])
    }
    expect(await names('search=5cg')).toEqual(['DESK-1', 'LAPTOP-0042'])
    expect(await names('search=---')).toEqual([])
    expect(await names(`user=${newGuid(1)}`)).toEqual(['LAPTOP-0042'])
    expect(await names('user=usr_1')).toEqual(['LAPTOP-0042'])
    expect(await names('group=dgr_none')).toEqual([])
  })

  test('is of one organization: what is like it elsewhere is not found', async () => {
    await made('OURS', { told: { encryption: '0' } })
    await made('THEIRS', { told: { encryption: '0' } }, north)

    expect(await list('encrypted=no')).toMatchObject({ items: [{ name: 'OURS' }], total: 1 })
    expect(await names('search=theirs')).toEqual([])
  })
})

describe('a list', () => {
  test.each([
    ['name', ['A', 'B', 'C', 'D', 'E']],
    ['enrolledAt', ['E', 'D', 'C', 'B', 'A']],
    ['lastSeenAt', ['E', 'A', 'B', 'D', 'C']],
    ['build', ['C', 'A', 'B', 'D', 'E']],
  ])(
    'sorted by %s goes on where its page ended, both ways, and counts once',
    async (sort, order) => {
      const build = (number: string) => ({ build: `10.0.${number}` })
      await made('A', { now: daysAgo(1), lastSeenAt: daysAgo(9), ...build('19045.5') })
      await made('B', { now: daysAgo(2), lastSeenAt: daysAgo(8), ...build('26100.9') })
      await made('C', { now: daysAgo(3), lastSeenAt: daysAgo(1), build: undefined })
      await made('D', { now: daysAgo(4), lastSeenAt: daysAgo(2), ...build('26100.10') })
      await made('E', { now: daysAgo(5), ...build('26200.1') })

      for (const [descending, expected] of [
        ['false', order],
        ['true', order.toReversed()],
      ] as const) {
        const query = `sort=${sort}&descending=${descending}&limit=2`
        const seen: string[] = []
        const totals: (number | null)[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const page = await list(`${query}${cursor ? `&cursor=${cursor}` : ''}`)
          seen.push(...page.items.map(({ name }) => name))
          totals.push(page.total)
          cursor = page.nextCursor
        }
        expect(seen).toEqual(expected)
        expect(totals).toEqual([5, null, null])
      }
    },
  )

  test('does not take a place of another order', async () => {
    await made('A')
    await made('B')
    const { nextCursor } = await list('limit=1&sort=name')

    const answer = await get(`/devices?limit=1&sort=build&cursor=${nextCursor}`)

    expect([answer.statusCode, answer.json().code]).toEqual([422, 'cursorInvalid'])
  })
})

describe('the file', () => {
  const file = (query: string, headers: object = auditor) => get(`/devices.csv?${query}`, headers)

  test('has the columns asked for, in the words of a language, and calculates nothing', async () => {
    const id = await made('=HYPERLINK("x")', {
      told: { encryption: '1', manufacturer: 'Contoso, Inc.', model: 'Lap "5"', freeStorage: '9' },
    })
    await made('B')

    const answer = await file(`columns=name,encrypted,model,edition,freeStorage,id&language=de`)

    expect(answer.headers['content-type']).toMatch(/^text\/csv/)
    expect(answer.body.split('\r\n').slice(0, 2)).toEqual([
      '\ufeffName,Systemlaufwerk verschlüsselt,Modell,Edition,Freier Speicher (MB),Geräte-ID',
      `"'=HYPERLINK(""x"")",Ja,"Contoso, Inc. Lap ""5""",Pro (48),9,${id}`,
    ])
    expect((await file('columns=name&language=en')).body).toBe(
      '\ufeffName\r\n"\'=HYPERLINK(""x"")"\r\nB\r\n',
    )
  })

  test('has what the filter finds, in its order, of one organization, and is recorded', async () => {
    await made('A', { told: { firewall: '1' } })
    await made('B', { told: { firewall: '1' } })
    await made('C', { told: { firewall: '0' } })
    await made('D', { told: { firewall: '1' } }, north)

    const answer = await file('firewall=no&sort=name&descending=true&columns=name')

    expect(answer.body).toBe('\ufeffName\r\nB\r\nA\r\n')
    const events = await get('/audit-events?action=device.list-exported')
    expect(events.json().items).toMatchObject([
      { details: { filter: '{"firewall":"no"}', columns: 'name' } },
    ])
    expect((await file('columns=name,name')).statusCode).toBe(422)
    expect((await file('columns=secret_id')).statusCode).toBe(422)
  })
})

describe('a saved list', () => {
  const view = (more: object = {}) => ({
    name: 'Not encrypted',
    filter: { encrypted: 'no' },
    columns: ['name', 'encrypted'],
    sort: 'lastSeenAt',
    descending: true,
    ...more,
  })
  const send = (method: 'POST' | 'PATCH' | 'DELETE', path: string, who: object, payload?: object) =>
    api.app.inject({
      method,
      url: `${base}/device-views${path}`,
      headers: { ...who },
      ...(payload ? { payload } : {}),
    })
  const seenBy = async (who: object) =>
    (await get('/device-views', who)).json().items.map(({ name }: { name: string }) => name)

  test("is somebody's own until it is shared, and shared only by who manages devices", async () => {
    const helpdesk = await asToken(api.parts, 'helpdesk')
    const manager = await asToken(api.parts, 'device-manager')
    const own = (await send('POST', '', helpdesk, view())).json()

    expect(own).toMatchObject({ ...view(), isOwn: true, shared: false })
    expect(await seenBy(manager)).toEqual([])
    expect((await send('PATCH', `/${own.id}`, manager, { name: 'Mine' })).statusCode).toBe(404)
    expect((await send('PATCH', `/${own.id}`, helpdesk, { shared: true })).statusCode).toBe(403)
    expect((await send('POST', '', helpdesk, view({ shared: true }))).statusCode).toBe(403)

    await send('POST', '', manager, view({ name: 'Everybody', shared: true }))

    expect(await seenBy(helpdesk)).toEqual(['Everybody', 'Not encrypted'])
    const [shared] = (await get('/device-views', helpdesk)).json().items
    expect(shared).toMatchObject({ isOwn: false, shared: true })
    expect((await send('DELETE', `/${shared.id}`, helpdesk)).statusCode).toBe(403)
    expect((await send('DELETE', `/${shared.id}`, manager)).statusCode).toBe(204)
  })

  test('keeps its name to itself, changes in parts, and is gone when it is deleted', async () => {
    const who = await asToken(api.parts, 'helpdesk')
    const { id } = (await send('POST', '', who, view())).json()

    const again = await send('POST', '', who, view({ name: 'NOT ENCRYPTED' }))
    const changed = await send('PATCH', `/${id}`, who, { columns: ['name'] })

    expect([again.statusCode, again.json().code]).toEqual([409, 'deviceViewNameTaken'])
    expect(changed.json()).toMatchObject({ ...view(), columns: ['name'] })
    expect((await send('PATCH', `/${id}`, who, {})).statusCode).toBe(422)
    expect((await send('DELETE', `/${id}`, who)).statusCode).toBe(204)
    expect(await seenBy(who)).toEqual([])
  })

  test('stays in its organization', async () => {
    const theirs = await asToken(api.parts, 'owner', north)
    await send('POST', '', await asToken(api.parts, 'owner'), view({ shared: true }))

    const answer = await api.app.inject({
      method: 'GET',
      url: '/api/v1/organizations/north/device-views',
      headers: theirs,
    })

    expect(answer.json().items).toEqual([])
    expect((await get('/device-views', theirs)).statusCode).toBe(404)
  })
})

function newGuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}
