/**
 * The plain data of the directory, in Graph's own names and types.
 *
 * `undefined` means "never set" (absent in a delta answer), `null` means "cleared".
 * @see Graph v1.0 resource types user, group, device, servicePrincipal, orgContact
 */
import type {
  Device,
  Group,
  OrgContact,
  ServicePrincipal,
  User,
} from '@microsoft/microsoft-graph-types'

export type UserRecord = Pick<
  User,
  | 'accountEnabled'
  | 'assignedLicenses'
  | 'businessPhones'
  | 'city'
  | 'companyName'
  | 'country'
  | 'createdDateTime'
  | 'creationType'
  | 'department'
  | 'displayName'
  | 'employeeId'
  | 'employeeOrgData'
  | 'employeeType'
  | 'externalUserState'
  | 'externalUserStateChangeDateTime'
  | 'givenName'
  | 'jobTitle'
  | 'mail'
  | 'mailNickname'
  | 'mobilePhone'
  | 'officeLocation'
  | 'onPremisesDistinguishedName'
  | 'onPremisesDomainName'
  | 'onPremisesExtensionAttributes'
  | 'onPremisesImmutableId'
  | 'onPremisesLastSyncDateTime'
  | 'onPremisesSamAccountName'
  | 'onPremisesSecurityIdentifier'
  | 'onPremisesSyncEnabled'
  | 'onPremisesUserPrincipalName'
  | 'otherMails'
  | 'postalCode'
  | 'preferredLanguage'
  | 'proxyAddresses'
  | 'securityIdentifier'
  | 'signInSessionsValidFromDateTime'
  | 'state'
  | 'streetAddress'
  | 'surname'
  | 'usageLocation'
  | 'userType'
> & { id: string; userPrincipalName: string }

export type GroupRecord = Pick<
  Group,
  | 'classification'
  | 'createdDateTime'
  | 'description'
  | 'displayName'
  | 'groupTypes'
  | 'isAssignableToRole'
  | 'mail'
  | 'mailEnabled'
  | 'mailNickname'
  | 'membershipRule'
  | 'membershipRuleProcessingState'
  | 'onPremisesDomainName'
  | 'onPremisesLastSyncDateTime'
  | 'onPremisesSamAccountName'
  | 'onPremisesSecurityIdentifier'
  | 'onPremisesSyncEnabled'
  | 'preferredLanguage'
  | 'proxyAddresses'
  | 'renewedDateTime'
  | 'securityEnabled'
  | 'securityIdentifier'
  | 'theme'
  | 'visibility'
> & { id: string; resourceProvisioningOptions?: string[] }

export type DeviceRecord = Pick<
  Device,
  | 'accountEnabled'
  | 'alternativeSecurityIds'
  | 'approximateLastSignInDateTime'
  | 'complianceExpirationDateTime'
  | 'deviceCategory'
  | 'deviceOwnership'
  | 'deviceVersion'
  | 'displayName'
  | 'enrollmentProfileName'
  | 'enrollmentType'
  | 'isCompliant'
  | 'isManaged'
  | 'isRooted'
  | 'managementType'
  | 'manufacturer'
  | 'mdmAppId'
  | 'model'
  | 'onPremisesLastSyncDateTime'
  | 'onPremisesSecurityIdentifier'
  | 'onPremisesSyncEnabled'
  | 'operatingSystem'
  | 'operatingSystemVersion'
  | 'physicalIds'
  | 'profileType'
  | 'registrationDateTime'
  | 'systemLabels'
  | 'trustType'
> & { id: string; deviceId: string }

export type ServicePrincipalRecord = Pick<
  ServicePrincipal,
  'accountEnabled' | 'appId' | 'displayName' | 'servicePrincipalType'
> & { id: string }

export type OrgContactRecord = Pick<
  OrgContact,
  'companyName' | 'displayName' | 'givenName' | 'mail' | 'surname'
> & { id: string }

export type Records = {
  user: UserRecord
  group: GroupRecord
  device: DeviceRecord
  servicePrincipal: ServicePrincipalRecord
  orgContact: OrgContactRecord
}
export type Kind = keyof Records

/** One object of the directory; `handle` is its index, used by the compact membership tables. */
export type DirectoryObject = {
  readonly [K in Kind]: {
    readonly kind: K
    readonly handle: number
    record: Records[K]
    state: 'live' | 'soft-deleted' | 'purged'
    deletedAt: Date | undefined
    /** Raised by every change of the properties or the state: what was written before is stale. */
    revision: number
    /** Users only: handle of the manager. */
    manager: number | undefined
    /** Devices only: handle of the registered owner. */
    owner: number | undefined
  }
}[Kind]
