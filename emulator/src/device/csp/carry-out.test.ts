import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { makeMachine } from '../testing/machine.ts'
import { carryOut, readNode } from './carry-out.ts'
import type { Machine } from './machine.ts'
import { settle } from './settle.ts'
import { definitions, isBuild } from './tree.ts'

const vendor = './Device/Vendor/MSFT'
const get = (machine: Machine, uri: string, query?: string) => readNode(machine, uri, query)
const valueAt = (machine: Machine, uri: string) => get(machine, uri).found[0]?.value
const replace = (machine: Machine, uri: string, data: string, format?: string) =>
  carryOut(machine, 'Replace', uri, { data, format }).status
const exec = (machine: Machine, uri: string, data = '') =>
  carryOut(machine, 'Exec', uri, { data, format: undefined }).status

describe('statuses', () => {
  test.each([
    ['an unknown node', 'Replace', `${vendor}/Nowhere/Node`, '1', 404],
    ['a verb the node has not', 'Replace', './DevInfo/Man', 'x', 405],
    ['a node that is only written', 'Delete', `${vendor}/RemoteWipe/doWipe`, '', 405],
    ['another format', 'Replace', `${vendor}/LAPS/Policies/PasswordLength`, 'x', 415],
    ['a value out of range', 'Replace', `${vendor}/Policy/Config/Camera/AllowCamera`, '7', 500],
    [
      'something that is not there',
      'Delete',
      `${vendor}/Policy/Config/Camera/AllowCamera`,
      '',
      404,
    ],
    [
      'a product nobody added',
      'Exec',
      `${vendor}/EnterpriseDesktopAppManagement/MSI/x/DownloadInstall`,
      '<a/>',
      404,
    ],
    ['a lock without a PIN', 'Exec', `${vendor}/RemoteLock/Lock`, '', 405],
    ['a scan of no known kind', 'Exec', `${vendor}/Defender/Scan`, '3', 500],
  ] as const)('%s', (_what, verb, uri, data, status) => {
    const format = status === 415 ? 'chr' : undefined

    expect(carryOut(makeMachine(), verb, uri, { data, format }).status).toBe(status)
  })

  test('what is there already is not added again, and what is deleted is gone', () => {
    const machine = makeMachine()
    const uri = `${vendor}/Policy/Config/Camera/AllowCamera`
    const wish = { data: '0', format: 'int' }

    const statuses = [
      carryOut(machine, 'Add', uri, wish).status,
      carryOut(machine, 'Add', uri, wish).status,
      carryOut(machine, 'Delete', uri, wish).status,
      get(machine, uri).status,
    ]

    expect(statuses).toEqual([200, 418, 200, 404])
  })

  test('a node of the user wants the user', () => {
    const uri = './User/Vendor/MSFT/Policy/Config/Experience/AllowCortana'

    expect(replace(makeMachine(), uri, '0', 'int')).toBe(200)
    expect(replace(makeMachine({}, { signedIn: 'others' }), uri, '0', 'int')).toBe(500)
    const strict = makeMachine({}, { signedIn: 'none', withoutUser: 405 })
    expect(replace(strict, uri, '0', 'int')).toBe(405)
  })

  test('a test can let a node fail, with the code behind it', () => {
    const machine = makeMachine()
    machine.state.refusals['./device/devinfo/man'] = { status: 500, originalError: '0x80004005' }

    expect(get(machine, './DevInfo/Man')).toMatchObject({
      status: 500,
      originalError: '0x80004005',
    })
  })
})

describe('editions and builds', () => {
  test('Home has no BitLocker settings', () => {
    const uri = `${vendor}/BitLocker/RequireDeviceEncryption`

    expect(replace(makeMachine({ edition: 101 }), uri, '1', 'int')).toBe(405)
    expect(replace(makeMachine({ edition: 4 }), uri, '1', 'int')).toBe(200)
  })

  test('Windows 10 knows nothing of what came with 11', () => {
    const uri = `${vendor}/RemoteWipe/doWipeCloud`

    expect(exec(makeMachine({ osVersion: '10.0.19045.5011' }), uri)).toBe(404)
    expect(exec(makeMachine({ osVersion: '10.0.22631.4317' }), uri)).toBe(200)
  })

  test.each([
    ['10.0.26100.1', '22621', true],
    ['10.0.22000.1165', '22621 22000.1165', true],
    ['10.0.22000.1164', '22621 22000.1165', false],
    ['10.0.19045.2784', '25145 22621.1480 19041.2784', true],
    ['10.0.22631.1479', '25145 22621.1480 19041.2784', false],
    ['10.0.19045.9999', '22000', false],
  ])('%s has what came with %s: %s', (version, min, expected) => {
    expect(isBuild(version, min)).toBe(expected)
  })
})

describe('reading', () => {
  test('an interior node is read as the names below it', () => {
    const machine = makeMachine({ macs: ['AA-BB-CC-DD-EE-01', 'AA-BB-CC-DD-EE-02'] })

    expect(get(machine, './DevInfo').found).toMatchObject([
      { format: 'node', value: 'DevId/Man/Mod/DmV/Lang/Ext' },
    ])
    expect(valueAt(machine, `${vendor}/DeviceStatus/NetworkIdentifiers`)).toBe(
      'AA:BB:CC:DD:EE:01/AA:BB:CC:DD:EE:02',
    )
    expect(valueAt(machine, `${vendor}/EnterpriseDesktopAppManagement/MSI`)).toMatch(
      /^%7B.*%7D\/%7B/,
    )
  })

  test('a product is found by its code, however the braces are written', () => {
    const machine = makeMachine()
    const [msi] = machine.state.facts.msiProducts ?? []
    const code = valueAt(machine, `${vendor}/EnterpriseDesktopAppManagement/MSI`)?.split('/')[0]

    expect(msi).toBeUndefined()
    expect(valueAt(machine, `./Vendor/MSFT/EnterpriseDesktopAppManagement/MSI/${code}/Name`)).toBe(
      'Hafenstern Lotse',
    )
  })

  test('a whole part of the tree comes with StructData', () => {
    const { found } = get(makeMachine(), `${vendor}/DeviceStatus/OS`, 'list=StructData')

    expect(found).toEqual([
      { below: '', format: 'node', value: undefined },
      { below: '/Edition', format: 'chr', value: 'Professional' },
      { below: '/Mode', format: 'int', value: '0' },
    ])
    expect(get(makeMachine(), './DevInfo/Man', 'prop=Format').found[0]?.value).toBe('chr')
    expect(get(makeMachine(), './DevInfo/Man', 'prop=ACL').status).toBe(406)
  })

  test('what is written to a policy shows in its result, also one nobody knows', () => {
    const machine = makeMachine()
    replace(machine, `${vendor}/Policy/Config/Camera/AllowCamera`, '0', 'int')
    replace(machine, `${vendor}/Policy/Config/Camera/Unheard`, 'text', 'chr')

    expect(valueAt(machine, `${vendor}/Policy/Result/Camera`)).toBe('AllowCamera/Unheard')
    expect(get(machine, `./Vendor/MSFT/Policy/Result/Camera/AllowCamera`).found).toMatchObject([
      { format: 'int', value: '0' },
    ])
  })
})

describe('what takes its time', () => {
  const bitLocker = `${vendor}/BitLocker`
  const encryptQuietly = (machine: Machine) => {
    replace(machine, `${bitLocker}/AllowWarningForOtherDiskEncryption`, '0', 'int')
    replace(machine, `${bitLocker}/RequireDeviceEncryption`, '1', 'int')
  }
  const state = (machine: Machine) => [
    valueAt(machine, `${bitLocker}/Status/DeviceEncryptionStatus`),
    valueAt(machine, './Vendor/MSFT/DeviceStatus/Compliance/EncryptionCompliance'),
  ]

  test('a drive is encrypted half an hour after it was asked for', () => {
    const machine = makeMachine()

    encryptQuietly(machine)
    machine.advance(29)
    settle(machine)
    const before = state(machine)
    machine.advance(1)
    settle(machine)

    expect(before).toEqual(['4', '0'])
    expect(state(machine)).toEqual(['0', '1'])
  })

  test('without a TPM, or without asking quietly, it is not', () => {
    const withoutTpm = makeMachine({}, { tpm: 'none' })
    const loud = makeMachine()

    encryptQuietly(withoutTpm)
    replace(loud, `${bitLocker}/RequireDeviceEncryption`, '1', 'int')
    for (const machine of [withoutTpm, loud]) {
      machine.advance(60)
      settle(machine)
    }

    expect(state(withoutTpm)).toEqual([String((1 << 2) | (1 << 13)), '0'])
    expect(state(loud)).toEqual([String((1 << 0) | (1 << 2)), '0'])
  })

  test('recovery passwords are rotated later, and the request is told', () => {
    const machine = makeMachine({}, { bitLocker: 'on' })
    const rotate = () => exec(machine, `${bitLocker}/RotateRecoveryPasswords`, 'request-7')
    const status = () => valueAt(machine, `${bitLocker}/Status/RotateRecoveryPasswordsStatus`)

    const refused = rotate()
    replace(machine, `${bitLocker}/ConfigureRecoveryPasswordRotation`, '1', 'int')
    const accepted = rotate()
    const meanwhile = status()
    machine.advance(5)
    settle(machine)

    expect([refused, accepted, meanwhile, status()]).toEqual([405, 202, '1', '0'])
    expect(valueAt(machine, `${bitLocker}/Status/RotateRecoveryPasswordsRequestID`)).toBe(
      'request-7',
    )
  })

  test('old signatures are new after an update', () => {
    const machine = makeMachine({}, { antivirus: 'outdated' })
    const outdated = () => valueAt(machine, `${vendor}/Defender/Health/SignatureOutOfDate`)
    const before = outdated()

    exec(machine, `${vendor}/Defender/UpdateSignature`)
    machine.advance(3)
    settle(machine)

    expect([before, outdated()]).toEqual(['true', 'false'])
  })

  test('an installed product is told by an alert of its node', () => {
    const machine = makeMachine()
    const uri = `${vendor}/EnterpriseDesktopAppManagement/MSI/%7B11111111-2222-3333-4444-555555555555%7D/DownloadInstall`
    const job =
      '<MsiInstallJob id="{1}"><Product Version="2.1"><Download><ContentURLList><ContentURL>https://x.example/a.msi</ContentURL></ContentURLList></Download></Product></MsiInstallJob>'

    const added = carryOut(machine, 'Add', uri, { data: '', format: undefined }).status
    const ordered = exec(machine, uri, job)
    const during = valueAt(machine, uri.replace('DownloadInstall', 'Status'))
    machine.advance(5)
    settle(machine)

    expect([added, ordered, during]).toEqual([200, 202, '50'])
    expect(valueAt(machine, uri.replace('DownloadInstall', 'Version'))).toBe('2.1')
    expect(machine.state.alerts).toMatchObject([
      { type: 'Reversed-Domain-Name:com.microsoft.mdm.win32csp_install', data: '0' },
    ])
  })
})

test('facts show in what is reported', () => {
  const machine = makeMachine(
    {},
    {
      secureBoot: false,
      antivirus: 'outdated',
      firewall: 'off',
      threats: [
        { id: '42', name: 'Eicar', severity: 5, category: 42, status: 0, foundAt: '2026-11-01' },
      ],
    },
  )
  const status = `${vendor}/DeviceStatus`

  expect(
    [
      `${status}/SecureBootState`,
      `${status}/Antivirus/Status`,
      `${status}/Antivirus/SignatureStatus`,
      `${status}/Firewall/Status`,
      `${vendor}/Defender/Health/ComputerState`,
      `${vendor}/Defender/Detections`,
      `${vendor}/Defender/Detections/42/Name`,
    ].map((uri) => valueAt(machine, uri)),
  ).toEqual(['2', '0', '0', '1', '1', '42', 'Eicar'])
})

const table = fileURLToPath(
  new URL('../../../../../shared/specs/samples/windows/csp.tsv', import.meta.url),
)

describe.skipIf(!existsSync(table))("the nodes against Microsoft's definitions", () => {
  test('access and format are the same', () => {
    const plain = (path: string) =>
      path
        .replace(/^\.\/(Device\/)?/, './')
        .replace(/\{[^}]*\}/g, '{}')
        .toLowerCase()
    const rows = new Map(
      readFileSync(table, 'utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([, path = '', access = '', format]) => [plain(path), `${access} ${format}`] as const),
    )
    const compared = definitions.flatMap(({ path, access, format }) => {
      const row = rows.get(plain(path))
      return row === undefined
        ? []
        : [{ path, ours: `${[...access].toSorted().join()} ${format}`, row }]
    })
    const different = compared
      .filter(({ ours, row }) => ours !== row.split(' ').map(sortAccess).join(' '))
      .map(({ path }) => path.replace(`${vendor}/`, ''))

    expect(compared.length).toBeGreaterThan(350)
    expect(different.toSorted()).toEqual([
      // Roots that may be added, which no server does; areas, which are added with a policy.
      'CertificateStore',
      'DMClient/Provider/{id}/ForceAadToken',
      'DeviceManageability',
      ...['Camera', 'Connectivity', 'Defender', 'DeviceLock'].map(
        (area) => `Policy/Config/${area}`,
      ),
      ...['Experience', 'SmartScreen', 'System', 'Update'].map((area) => `Policy/Config/${area}`),
    ])
  })
})

function sortAccess(letters: string): string {
  return letters.includes(',') ? letters.split(',').toSorted().join() : letters
}
