import type { Chance } from '../chance.ts'
import type { Directory } from './directory.ts'
import type { GroupRecord } from './records.ts'

type SpecialGroup = {
  /** Stable name by which tests find the group (its mailNickname). */
  readonly key: string
  readonly group: Omit<GroupRecord, 'id'>
  /** Chooses members; `at` gives the n-th user, device and so on as handles, where it exists. */
  readonly fill?: (cast: Cast) => readonly (number | undefined)[]
}

type Cast = {
  readonly users: readonly number[]
  readonly devices: readonly number[]
  readonly servicePrincipal: number
  readonly orgContact: number
  readonly group: (key: string) => number | undefined
}

/**
 * The awkward groups: one of every kind that Graph documents, nesting, and a cycle
 * (Platform → Backend → Frontend → Platform).
 */
const specialGroups: readonly SpecialGroup[] = [
  {
    key: 'all-staff',
    group: {
      displayName: 'Alle Beschäftigten',
      description: 'Dynamic: every enabled member',
      groupTypes: ['DynamicMembership'],
      membershipRule: '(user.userType -eq "Member") and (user.accountEnabled -eq true)',
      membershipRuleProcessingState: 'On',
    },
    fill: ({ users }) => users.filter((_, number) => number % 29 !== 17).slice(0, 20_000),
  },
  {
    key: 'projekt-leuchtturm',
    group: {
      displayName: 'Projekt Leuchtturm',
      description: 'A Microsoft 365 group',
      groupTypes: ['Unified'],
      mailEnabled: true,
      securityEnabled: false,
      mail: 'projekt-leuchtturm@hafenstern.example',
      proxyAddresses: ['SMTP:projekt-leuchtturm@hafenstern.example'],
      visibility: 'Private',
      resourceProvisioningOptions: ['Team'],
    },
    fill: ({ users }) => users.slice(0, 12),
  },
  {
    key: 'verteiler-presse',
    group: {
      displayName: 'Verteiler Presse',
      description: 'A distribution list with an external contact',
      mailEnabled: true,
      securityEnabled: false,
      mail: 'presse@hafenstern.example',
      proxyAddresses: ['SMTP:presse@hafenstern.example'],
    },
    fill: ({ users, orgContact }) => [...users.slice(2, 6), orgContact],
  },
  {
    key: 'sicherheit-mail',
    group: {
      displayName: 'Werkschutz (mail-enabled security)',
      mailEnabled: true,
      securityEnabled: true,
      mail: 'werkschutz@hafenstern.example',
      proxyAddresses: ['SMTP:werkschutz@hafenstern.example'],
    },
    fill: ({ users }) => users.slice(5, 11),
  },
  { key: 'leer', group: { displayName: 'Leere Gruppe', description: 'Has no members' } },
  {
    key: 'betriebsrat',
    group: {
      displayName: 'Betriebsrat',
      description: 'A Microsoft 365 group whose members are hidden',
      groupTypes: ['Unified'],
      mailEnabled: true,
      securityEnabled: false,
      mail: 'betriebsrat@hafenstern.example',
      visibility: 'HiddenMembership',
    },
    fill: ({ users }) => users.slice(8, 15),
  },
  { key: 'platform', group: { displayName: 'Platform' }, fill: ({ users }) => users.slice(0, 2) },
  {
    key: 'backend',
    group: { displayName: 'Backend', description: 'Inside Platform' },
    fill: ({ users }) => users.slice(2, 4),
  },
  {
    key: 'frontend',
    group: {
      displayName: 'Frontend',
      description: 'Inside Backend, and contains Platform: a cycle',
    },
    fill: ({ users }) => users.slice(3, 6),
  },
  {
    key: 'kiosk-pcs',
    group: { displayName: 'Kiosk-PCs', description: 'Devices only' },
    fill: ({ devices }) => devices.slice(0, 5),
  },
  {
    key: 'dienste',
    group: {
      displayName: 'Dienstkonten',
      description: 'A service principal, a device and a person',
    },
    fill: ({ users, devices, servicePrincipal }) => [servicePrincipal, devices[1], users[1]],
  },
  {
    key: 'aus-dem-ad',
    group: {
      displayName: 'AD-Drucker-Nutzer',
      description: 'Synchronized from on-premises',
      onPremisesSyncEnabled: true,
      onPremisesSamAccountName: 'AD-Drucker-Nutzer',
      onPremisesDomainName: 'ad.hafenstern.example',
      onPremisesSecurityIdentifier: 'S-1-5-21-1111-2222-3333-5555',
    },
    fill: ({ users }) => users.slice(10, 30),
  },
]

/** Who is nested in whom. */
const nesting = [
  ['platform', 'backend'],
  ['backend', 'frontend'],
  ['frontend', 'platform'],
] as const

/** Adds up to `limit` special groups with their members and nesting. */
export function addSpecialGroups(directory: Directory, limit: number, chance: Chance): void {
  const handles = new Map<string, number>()
  const group = (key: string) => handles.get(key)
  const cast = { ...castOf(directory, chance), group }
  for (const special of specialGroups.slice(0, limit)) {
    const record = directory.addGroup({
      id: chance.guid(),
      mailNickname: special.key,
      createdDateTime: '2019-04-01T08:00:00Z',
      ...special.group,
    })
    const { handle } = directory.group(record.id)
    handles.set(special.key, handle)
    for (const member of special.fill?.(cast) ?? []) {
      if (member !== undefined) directory.addMemberByHandle(handle, member)
    }
  }
  for (const [outer, inner] of nesting) {
    const [outerHandle, innerHandle] = [group(outer), group(inner)]
    if (outerHandle !== undefined && innerHandle !== undefined) {
      directory.addMemberByHandle(outerHandle, innerHandle)
    }
  }
}

function castOf(directory: Directory, chance: Chance): Omit<Cast, 'group'> {
  const principal = directory.addServicePrincipal({
    id: chance.guid(),
    appId: chance.guid(),
    accountEnabled: true,
    displayName: 'Backup-Dienst',
    servicePrincipalType: 'Application',
  })
  const contact = directory.addOrgContact({
    id: chance.guid(),
    displayName: 'Redaktion Küstenbote',
    mail: 'redaktion@kuestenbote.example',
    companyName: 'Küstenbote',
  })
  return {
    users: directory.handles('user').slice(),
    devices: directory.handles('device').slice(),
    servicePrincipal: directory.find(principal.id)?.handle ?? 0,
    orgContact: directory.find(contact.id)?.handle ?? 0,
  }
}
