/**
 * The small company everybody tests with, at any size: the same options give the same data.
 *
 * People first, then machines, then the groups: a fixed cast of awkward ones (`special-groups.ts`)
 * followed by as many ordinary ones as asked for.
 */
import { type Chance, startChance } from './chance.ts'
import { Directory } from './directory/directory.ts'
import {
  addresses,
  cities,
  departments,
  employeeTypes,
  givenNames,
  jobTitles,
  longName,
  models,
  surnames,
  toMailName,
} from './directory/names.ts'
import type { DeviceRecord, UserRecord } from './directory/records.ts'
import { addSpecialGroups } from './directory/special-groups.ts'

export type SeedOptions = {
  readonly seed: number
  readonly users: number
  readonly groups: number
  /** Total number of membership edges; at least what the special groups need. */
  readonly memberships: number
  readonly devices: number
  readonly domain: string
  readonly initialDomain: string
  readonly now: () => Date
}

/** Beginning of the emulated company's history: all seeded dates are counted from here. */
const epoch = Date.UTC(2019, 3, 1, 8)
const dayMs = 86_400_000

/** Makes the directory of one tenant. */
export function seedDirectory(options: SeedOptions): Directory {
  const chance = startChance(options.seed)
  const directory = new Directory({ now: options.now, chance: startChance(options.seed ^ 0x5eed) })
  for (let number = 0; number < options.users; number++) {
    directory.addUser(
      number % 29 === 17
        ? makeGuest(number, chance, options)
        : makeEmployee(number, chance, options),
    )
  }
  setManagers(directory)
  for (let number = 0; number < options.devices; number++)
    directory.addDevice(makeDevice(number, chance))
  setOwners(directory)
  addSpecialGroups(directory, options.groups, chance)
  addOrdinaryGroups(directory, options, chance)
  directory.openJournal()
  return directory
}

function makeEmployee(number: number, chance: Chance, options: SeedOptions): UserRecord {
  const isLong = number === 7
  const givenName = isLong ? longName.givenName : chance.pick(givenNames)
  const surname = isLong ? longName.surname : chance.pick(surnames)
  const place = chance.pick(cities)
  const role = chance.below(departments.length)
  const mailName = `${toMailName(givenName)}.${toMailName(surname)}.${number}`.slice(0, 60)
  const mail = `${mailName}@${options.domain}`
  const user: UserRecord = {
    id: chance.guid(),
    userPrincipalName: mail,
    displayName: `${givenName} ${surname}`,
    givenName,
    surname,
    mail,
    mailNickname: mailName,
    otherMails: [],
    proxyAddresses: [`SMTP:${mail}`, `smtp:${mailName}@${options.initialDomain}`],
    businessPhones: number % 3 === 0 ? [`+49 4921 9${String(number).padStart(5, '0')}`] : [],
    accountEnabled: number % 23 !== 11,
    userType: 'Member',
    employeeId: String(100_000 + number),
    jobTitle: jobTitles[role] ?? null,
    companyName: 'Hafenstern Werft AG',
    officeLocation: `${place.city} ${1 + (number % 9)}`,
    city: place.city,
    country: place.country,
    postalCode: place.postalCode,
    usageLocation: place.usageLocation,
    preferredLanguage: place.language,
    securityIdentifier: `S-1-12-1-${chance.below(2 ** 31)}-${chance.below(2 ** 31)}-${number}-1`,
    createdDateTime: toTimestamp(epoch + (number % 2000) * dayMs),
    assignedLicenses:
      number % 5 === 4
        ? []
        : [{ skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965', disabledPlans: [] }],
  }
  const department = departments[role]
  if (department !== undefined) user.department = department
  const address = addresses[place.city]
  if (address) {
    user.state = address.state
    if (number % 9 !== 4) user.streetAddress = `${address.street} ${1 + (number % 60)}`
  }
  if (number % 7 !== 6) user.employeeType = employeeTypes[number % employeeTypes.length] ?? null
  if (number % 5 !== 3) user.employeeOrgData = orgData[role % orgData.length] ?? null
  if (number % 4 === 1) user.mobilePhone = `+49 151 ${String(5_000_000 + number)}`
  if (number % 6 === 2) Object.assign(user, fromOnPremises(mailName, number))
  if (number % 31 === 5) user.mail = null
  if (number % 41 === 13) user.userType = null
  if (number === 19) user.displayName = null
  return user
}

/** Shared by everybody of a department, so that 100,000 people need no more room. */
const orgData = departments.map((department, number) => ({
  costCenter: `KST-${4000 + number * 10}`,
  division: department === undefined ? null : number % 2 === 0 ? 'Werft' : 'Reederei',
}))

/** Fifteen attributes, of which an old Active Directory has a meaning for three. */
const extensionAttributes = Array.from({ length: 8 }, (_, number) => ({
  ...Object.fromEntries(
    Array.from({ length: 15 }, (_, place) => [`extensionAttribute${place + 1}`, null]),
  ),
  extensionAttribute1: `Hafen-${number}`,
  extensionAttribute7: number % 2 === 0 ? 'Schicht A' : 'Schicht B',
  extensionAttribute15: number === 4 ? 'kein Gerät' : null,
}))

/** A person who lives in the company's old Active Directory. */
function fromOnPremises(mailName: string, number: number): Partial<UserRecord> {
  return {
    onPremisesSyncEnabled: true,
    onPremisesDomainName: 'ad.hafenstern.example',
    onPremisesSamAccountName: mailName.slice(0, 20),
    onPremisesUserPrincipalName: `${mailName}@ad.hafenstern.example`,
    onPremisesDistinguishedName: `CN=${mailName},OU=People,DC=ad,DC=hafenstern,DC=example`,
    onPremisesSecurityIdentifier: `S-1-5-21-1111-2222-3333-${10_000 + number}`,
    onPremisesExtensionAttributes: extensionAttributes[number % extensionAttributes.length] ?? null,
    onPremisesImmutableId: Buffer.from(`immutable-${number}`).toString('base64'),
    onPremisesLastSyncDateTime: toTimestamp(epoch + 2000 * dayMs),
  }
}

function makeGuest(number: number, chance: Chance, options: SeedOptions): UserRecord {
  const givenName = chance.pick(givenNames)
  const surname = chance.pick(surnames)
  const mailName = `${toMailName(givenName)}.${toMailName(surname)}.${number}`
  const accepted = number % 2 === 0
  const user: UserRecord = {
    id: chance.guid(),
    userPrincipalName: `${mailName}_partner.example#EXT#@${options.initialDomain}`,
    displayName: `${givenName} ${surname} (Partner)`,
    accountEnabled: true,
    userType: 'Guest',
    creationType: 'Invitation',
    externalUserState: accepted ? 'Accepted' : 'PendingAcceptance',
    externalUserStateChangeDateTime: toTimestamp(epoch + (number % 2000) * dayMs),
    otherMails: [`${mailName}@partner.example`],
    proxyAddresses: [],
    businessPhones: [],
    assignedLicenses: [],
    createdDateTime: toTimestamp(epoch + (number % 2000) * dayMs),
  }
  if (accepted) user.mail = `${mailName}@partner.example`
  return user
}

/** Everybody reports to somebody with a smaller number; the first one reports to nobody. */
function setManagers(directory: Directory): void {
  const users = directory.handles('user')
  for (let number = 1; number < users.length; number++) {
    const user = directory.object(users[number] ?? 0)
    if (number % 3 !== 0) user.manager = users[Math.floor(number / 8)]
  }
}

/** Most devices belong to somebody; kiosk machines and the like to nobody. */
function setOwners(directory: Directory): void {
  const users = directory.handles('user')
  for (const [number, handle] of directory.handles('device').entries()) {
    const owner = users[(number * 3) % Math.max(1, users.length)]
    if (number % 6 !== 5) directory.object(handle).owner = owner
  }
}

function makeDevice(number: number, chance: Chance): DeviceRecord {
  const model = number % 5 < 3 ? models[number % 3] : chance.pick(models)
  const isWindows = model?.os === 'Windows'
  const device: DeviceRecord = {
    id: chance.guid(),
    deviceId: chance.guid(),
    displayName: isWindows ? `HAFEN-${String(number).padStart(5, '0')}` : `Gerät ${number}`,
    accountEnabled: number % 37 !== 20,
    deviceVersion: 2,
    operatingSystem: model?.os ?? 'Windows',
    operatingSystemVersion: model?.version ?? '10.0.26100.1',
    manufacturer: model?.manufacturer ?? null,
    model: model?.model ?? null,
    trustType: isWindows ? (number % 7 === 3 ? 'ServerAd' : 'AzureAd') : 'Workplace',
    profileType: 'RegisteredDevice',
    deviceOwnership: isWindows ? 'Company' : 'Personal',
    physicalIds: [
      `[HWID]:h:${1_000_000 + number}`,
      ...(number % 4 === 0 ? [`[ZTDID]:${chance.guid()}`] : []),
    ],
    systemLabels: [],
    alternativeSecurityIds: [
      { type: 2, identityProvider: null, key: Buffer.from(`key-${number}`).toString('base64') },
    ],
    registrationDateTime: toTimestamp(epoch + (number % 2200) * dayMs),
    approximateLastSignInDateTime: toTimestamp(epoch + (1500 + (number % 900)) * dayMs),
  }
  if (number % 11 === 6) {
    device.isManaged = true
    device.isCompliant = number % 2 === 0
    device.mdmAppId = '0000000a-0000-0000-c000-000000000000'
    device.managementType = 'MDM'
    device.complianceExpirationDateTime = toTimestamp(epoch + (2600 + (number % 30)) * dayMs)
    device.enrollmentType = isWindows ? 'AzureDomainJoined' : 'UserEnrollment'
    device.isRooted = false
  }
  if (device.trustType === 'ServerAd') {
    device.onPremisesSyncEnabled = true
    device.onPremisesSecurityIdentifier = `S-1-5-21-1111-2222-3333-${50_000 + number}`
    device.onPremisesLastSyncDateTime = toTimestamp(epoch + 2000 * dayMs)
  }
  return device
}

/** Fills up to the wanted number of groups and of memberships. */
function addOrdinaryGroups(directory: Directory, options: SeedOptions, chance: Chance): void {
  const users = directory.handles('user')
  const count = options.groups - directory.handles('group').length
  let edgesLeft = Math.max(0, options.memberships - directory.membershipCount)
  for (let number = 0; number < count; number++) {
    const department = departments[number % departments.length]
    const place = cities[Math.floor(number / departments.length) % cities.length]
    const name = `${department} ${place?.city} ${String(number + 1).padStart(2, '0')}`
    const group = directory.addGroup({
      id: chance.guid(),
      displayName: name,
      description: `Alle aus ${department}, Standort ${place?.city}`,
      mailNickname: toMailName(name),
      createdDateTime: toTimestamp(epoch + (number % 2000) * dayMs),
    })
    const fair = edgesLeft / (count - number)
    const wanted = number === count - 1 ? edgesLeft : Math.round(fair * (0.5 + chance.next()))
    edgesLeft -= addSpread(directory, directory.group(group.id).handle, users, wanted, chance)
  }
}

/** Adds `wanted` distinct users, spread over the company by a stride. Returns how many. */
function addSpread(
  directory: Directory,
  group: number,
  users: readonly number[],
  wanted: number,
  chance: Chance,
): number {
  const size = Math.min(wanted, users.length)
  if (size <= 0) return 0
  let place = chance.below(users.length)
  const stride = coprimeStride(users.length, chance)
  for (let added = 0; added < size; added++) {
    const user = users[place]
    if (user !== undefined) directory.addMemberByHandle(group, user)
    place = (place + stride) % users.length
  }
  return size
}

/** A step that visits every one of `size` places before it comes back. */
function coprimeStride(size: number, chance: Chance): number {
  for (;;) {
    const stride = 1 + chance.below(Math.max(1, size - 1))
    if (greatestCommonDivisor(stride, size) === 1) return stride
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

function toTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
