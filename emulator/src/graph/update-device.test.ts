import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { makeClient, type TestClient } from '../testing/client.ts'

let emulator: Emulator
let client: TestClient

beforeAll(async () => {
  emulator = await startEmulator({ users: 40, groups: 4, devices: 10 })
  client = await makeClient(emulator)
})

afterAll(() => emulator.stop())

const compliant = { isManaged: true, isCompliant: true }
const patch = (path: string, body: object) =>
  client.graph(path, {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
const deviceWith = (os: string) =>
  emulator.directory.devices.find(({ operatingSystem }) => operatingSystem === os)

describe('a compliance write', () => {
  it('is answered with 204 and counts, by device id and by object id', async () => {
    const device = deviceWith('Windows')

    const byDeviceId = await patch(`/devices(deviceId='${device?.deviceId}')`, compliant)
    const shown = await client.graph(
      `/devices(deviceId='${device?.deviceId}')?$select=isManaged,isCompliant`,
    )
    const byObjectId = await patch(`/devices/${device?.id}`, { isCompliant: false })

    expect([byDeviceId.status, byObjectId.status]).toEqual([204, 204])
    expect(shown.body).toMatchObject(compliant)
    expect(emulator.directory.device(device?.id ?? '').record.isCompliant).toBe(false)
  })

  it('shows in devices/delta', async () => {
    const { body } = await client.graph('/devices/delta?$select=isCompliant&$deltatoken=latest')
    const device = emulator.directory.devices[1]

    await patch(`/devices/${device?.id}`, compliant)
    const changes = await client.graph(body['@odata.deltaLink'])

    expect(changes.body.value).toEqual([{ id: device?.id, isCompliant: true }])
  })

  it('of a device that does not run Windows is refused', async () => {
    const answer = await patch(`/devices/${deviceWith('MacMDM')?.id}`, compliant)

    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'Request_BadRequest',
          message:
            'Properties other than ExtendedAttribute1..15 can be modified only on windows devices.',
        },
      },
    })
  })

  it('of an unknown device is answered with 404', async () => {
    expect(
      (await patch("/devices(deviceId='00000000-0000-4000-8000-000000000000')", compliant)).status,
    ).toBe(404)
  })

  it('by an app that is no MDM application is denied', async () => {
    const app = emulator.apps.get(emulator.app.clientId)
    app.isMdmApp = false
    const answer = await patch(`/devices/${deviceWith('Windows')?.id}`, compliant)
    app.isMdmApp = true

    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied' } },
    })
  })

  it('can be accepted and ignored by the scenario', async () => {
    const device = emulator.directory.devices[2]
    emulator.scenario.complianceWrites = 'ignore'
    const answer = await patch(`/devices/${device?.id}`, { isCompliant: true })
    emulator.scenario.complianceWrites = 'count'

    expect(answer.status).toBe(204)
    expect(emulator.directory.device(device?.id ?? '').record.isCompliant).toBeUndefined()
  })

  it('is throttled by the limit for writes', async () => {
    emulator.quota.limits.writes = 1
    const path = `/devices/${deviceWith('Windows')?.id}`
    await patch(path, { isManaged: true })
    const throttled = await patch(path, { isManaged: true })
    const read = await client.graph(path)
    emulator.quota.limits.writes = 3000

    expect(throttled.status).toBe(429)
    expect(throttled.headers.get('x-ms-throttle-scope')).toContain('Tenant_Application/Write/')
    expect(throttled.headers.get('x-ms-throttle-information')).toBe('WriteLimitExceeded')
    expect(read.status).toBe(200)
  })

  it.each([{ mdmAppId: 'x' }, { shoeSize: 1 }])('of %o is refused', async (body) => {
    expect((await patch(`/devices/${deviceWith('Windows')?.id}`, body)).status).toBe(400)
  })
})
