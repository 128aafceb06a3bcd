import type { InstalledMsi, InstalledPackage } from '../facts.ts'
import { fact, isUnderWay, type Machine, setFact, startJob } from '../machine.ts'
import { badArgument, type NodeDefinition, type Outcome, provider, type Row } from '../node.ts'
import { encodeSegment } from '../path.ts'
import { readWritten } from '../written.ts'

const msiRoot = './Device/Vendor/MSFT/EnterpriseDesktopAppManagement'
const product = 'MSI/{product}'
const modernRoot = './Device/Vendor/MSFT/EnterpriseModernAppManagement'
const installMinutes = 5

const msiDetails: readonly (readonly [string, (msi: InstalledMsi) => string])[] = [
  ['Name', ({ name }) => name],
  ['Version', ({ version }) => version],
  ['Publisher', ({ publisher }) => publisher],
  ['InstallPath', ({ name }) => `C:\\Program Files\\${name}\\`],
  ['InstallDate', ({ installDate }) => installDate],
]

/** @see Windows "EnterpriseDesktopAppManagement CSP", "EnterpriseModernAppManagement CSP" */
export const apps: readonly NodeDefinition[] = [
  ...provider(msiRoot, { min: '10586' }, [
    ['MSI', 'G', 'node'],
    [product, 'ADG', 'node', { list: productCodes, onWrite: uninstall }],
    ...msiDetails.map(
      ([name, read]): Row => [
        `${product}/${name}`,
        'G',
        'chr',
        (machine, [code]) => {
          const msi = fact(machine, 'msiProducts').find(({ productCode }) => productCode === code)
          return msi && read(msi)
        },
      ],
    ),
    [`${product}/DownloadInstall`, 'ADGRX', 'xml', { exec: install }],
    [`${product}/Status`, 'G', 'int', (machine, [code = '']) => installState(machine, code)],
    [
      `${product}/LastError`,
      'G',
      'int',
      ({ state }, [code]) => state.outcomes[`msi ${code}`] ?? '0',
    ],
    [`${product}/LastErrorDesc`, 'G', 'chr', () => ''],
  ]),
  ...provider(modernRoot, { min: '10586' }, [
    ['AppManagement/AppInventoryQuery', 'GR', 'xml'],
    ['AppManagement/AppInventoryResults', 'G', 'xml', inventory],
    ['AppManagement/UpdateScan', 'X', 'null', { exec: () => ({ status: 202 }) }],
    ...(['AppStore', 'nonStore'] as const).flatMap((store): Row[] => [
      [`AppManagement/${store}/{family}`, 'ADG', 'node', { list: families(store) }],
      [`AppManagement/${store}/{family}/{full}`, 'ADG', 'node', { list: fullNames }],
      [
        `AppManagement/${store}/{family}/{full}/Version`,
        'G',
        'chr',
        (machine, [, full]) => byFullName(machine, full)?.version,
      ],
      [
        `AppManagement/${store}/{family}/{full}/Name`,
        'G',
        'chr',
        (machine, [, full]) => byFullName(machine, full)?.name,
      ],
      [
        `AppManagement/${store}/{family}/{full}/Publisher`,
        'G',
        'chr',
        (machine, [, full]) => byFullName(machine, full)?.publisher,
      ],
    ]),
  ]),
]

function productCodes(machine: Machine): string[] {
  return fact(machine, 'msiProducts').map(({ productCode }) => productCode)
}

/** Deleting a product uninstalls it. */
function uninstall(
  machine: Machine,
  value: string | undefined,
  [code]: readonly string[],
): undefined {
  const products = fact(machine, 'msiProducts')
  if (value === undefined)
    setFact(
      machine,
      'msiProducts',
      products.filter(({ productCode }) => productCode !== code),
    )
}

/** Takes an install job; how it ended is told by an alert, later. */
function install(machine: Machine, job: string, [code = '']: readonly string[]): Outcome {
  const path = `${msiRoot}/MSI/${encodeSegment(code)}/DownloadInstall`
  if (readWritten(machine, path) === undefined) return { status: 404 }
  if (!/<MsiInstallJob[\s>]/.test(job) || !/<ContentURL>[^<]+</.test(job)) return badArgument
  startJob(machine, 'installMsi', installMinutes, path)
  machine.state.outcomes[`job ${code}`] = /<Product[^>]*Version="([^"]*)"/.exec(job)?.[1] ?? '1.0'
  return { status: 202 }
}

/** 50 installing, 60 failed, 70 done. */
function installState(machine: Machine, code: string): string | undefined {
  const isRunning =
    isUnderWay(machine, 'installMsi') &&
    machine.state.jobs.some(({ about }) => about.includes(encodeSegment(code)))
  if (isRunning) return '50'
  if (productCodes(machine).includes(code)) return '70'
  return machine.state.outcomes[`msi ${code}`] === undefined ? '10' : '60'
}

function families(store: 'AppStore' | 'nonStore') {
  return (machine: Machine) =>
    fact(machine, 'packages')
      .filter(({ isStore }) => isStore === (store === 'AppStore'))
      .map(({ familyName }) => familyName)
}

function fullNames(machine: Machine, [family]: readonly string[]): string[] {
  return fact(machine, 'packages')
    .filter(({ familyName }) => familyName === family)
    .map(({ fullName }) => fullName)
}

function byFullName(machine: Machine, full: string | undefined): InstalledPackage | undefined {
  return fact(machine, 'packages').find(({ fullName }) => fullName === full)
}

/** The answer to the query that was written; without one, all packages. */
function inventory(machine: Machine): string {
  const query = readWritten(machine, `${modernRoot}/AppManagement/AppInventoryQuery`) ?? ''
  const source = /Source="([^"]*)"/.exec(query)?.[1]
  const items = fact(machine, 'packages')
    .filter(({ isStore }) => source === undefined || isStore === (source === 'AppStore'))
    .map(
      ({ familyName, fullName, name, version, publisher }) =>
        `<Package Name="${name}" PackageFamilyName="${familyName}" PackageFullName="${fullName}" Version="${version}" Publisher="${publisher}"/>`,
    )
  return `<AppInventory>${items.join('')}</AppInventory>`
}
