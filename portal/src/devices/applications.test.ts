import { expect, test } from 'vitest'
import { applicationsOf } from './applications.ts'

const since = '2026-03-01T08:00:00.000Z'
const facts = (values: Record<string, string | null>, code = 200) =>
  Object.entries(values).map(([uri, value]) => ({ uri, value, code, since }))
const MSI = './Device/Vendor/MSFT/EnterpriseDesktopAppManagement/MSI'
const STORE = './Vendor/MSFT/EnterpriseModernAppManagement/AppManagement/AppStore'
const LOTSE = '%7B0F1C9B2E-6E0B-4B55-9D3A-3E1A7A6C1001%7D'
const GONE = '%7B7A3D5C10-14F0-4E6A-8B0C-52B9E2D41002%7D'

const told = {
  [`${MSI}/${LOTSE}/Name`]: 'Lotse',
  [`${MSI}/${LOTSE}/Version`]: '4.2.1',
  [`${MSI}/${GONE}/Name`]: 'Gone',
  [`${STORE}/Calc_8we/Calc_11.2_x64/Name`]: 'Calc',
  [`${STORE}/Calc_8we/Calc_11.2_x64/Publisher`]: 'CN=Microsoft Corporation, O=Microsoft',
}

test('programs of both kinds are told by name, and those that left are left out', () => {
  const list = { [`${MSI}?list=StructData`]: LOTSE, [`${STORE}?list=StructData`]: 'Calc_8we' }

  expect(applicationsOf(facts({ ...told, ...list }))).toEqual([
    {
      id: 'Calc_11.2_x64',
      name: 'Calc',
      version: undefined,
      publisher: 'Microsoft Corporation',
      kind: 'store',
      since,
    },
    {
      id: '{0F1C9B2E-6E0B-4B55-9D3A-3E1A7A6C1001}',
      name: 'Lotse',
      version: '4.2.1',
      publisher: undefined,
      kind: 'msi',
      since,
    },
  ])
})

test('a list that was not told takes nothing away; an empty one takes all', () => {
  const names = (more: ReturnType<typeof facts>) =>
    applicationsOf([...facts(told), ...more]).map(({ name }) => name)

  expect(names(facts({ [`${MSI}?list=StructData`]: null }, 404))).toEqual(['Calc', 'Gone', 'Lotse'])
  expect(names(facts({ [`${MSI}?list=StructData`]: '' }))).toEqual(['Calc'])
})
