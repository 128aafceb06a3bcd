import { describe, expect, test } from 'vitest'
import { renderAsked } from './render-asked.ts'

const replace = (uri: string, data: string, format?: string) => ({
  operations: [{ verb: 'Replace', uri, data, ...(format ? { format } : {}) }],
  atomic: false,
})
const shown = (parameters: unknown) => renderAsked(parameters).operations?.[0]
const POLICY = './Device/Vendor/MSFT/Policy/Config/'

describe('what was asked', () => {
  test('is the new name, and whether a scan is a full one', () => {
    expect(renderAsked({ name: 'ROOM-12' })).toEqual({ name: 'ROOM-12' })
    expect(renderAsked({ full: true })).toEqual({ full: true })
    expect(renderAsked({})).toEqual({})
  })

  test.each([
    [`${POLICY}Camera/AllowCamera`, '0', 'int'],
    [`${POLICY}DeviceLock/MinDevicePasswordLength`, '8', 'int'],
    ['./Vendor/MSFT/Firewall/MdmStore/PublicProfile/EnableFirewall', 'true', 'bool'],
    [`${POLICY}Start/StartLayout`, 'plain', 'chr'],
  ])('shows short values of %s', (uri, data, format) => {
    expect(shown(replace(uri, data, format))).toMatchObject({ uri, data })
  })

  test.each([
    ['./Device/Vendor/MSFT/Accounts/Users/bob/Password', 'hunter2', 'chr'],
    ['./Device/Vendor/MSFT/Accounts/Users/bob/%50assword', 'hunter2', 'chr'],
    ['./Vendor/MSFT/WiFi/Profile/guests/WlanXml', '<keyMaterial>hunter2</keyMaterial>', 'chr'],
    [`${POLICY}Example~Policy/Server`, '<enabled/><data id="k" value="hunter2"/>', 'chr'],
    [`${POLICY}Start/StartLayout`, 'hunter2'.repeat(20), 'chr'],
    ['./Device/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/a/Pfx', 'hunter2', 'b64'],
    ['./Device/Vendor/MSFT/Example/DevicePIN', '123456', 'int'],
    ['./Device/Vendor/MSFT/Example/Minutes', 'hunter2', 'int'],
    [`${POLICY}Update/UpdateServiceUrl`, 'https://user:hunter2@host', 'chr'],
  ])('says only how long the value of %s was', (uri, data, format) => {
    const operation = shown(replace(uri, data, format))
    expect(operation).toMatchObject({ uri, withheld: data.length })
    expect(JSON.stringify(operation)).not.toContain('hunter2')
  })

  test('is nothing where the kind is not of this time', () => {
    expect(renderAsked({ operations: 'all of them' })).toEqual({})
    expect(renderAsked(null)).toEqual({})
  })
})
