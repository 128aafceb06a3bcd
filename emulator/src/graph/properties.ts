/**
 * Which properties each type has here, written down from Graph's v1.0 metadata.
 * @see Graph v1.0 metadata ($metadata), resource types user, group, device, organization
 */
import type { Kind } from '../directory/records.ts'

export type GraphType = Kind | 'organization'

type PropertyTable = {
  /** Sent when there is no $select. */
  readonly usual: readonly string[]
  /** Sent only on request. */
  readonly onRequest: readonly string[]
  /** Collections: empty and not null when nothing is there. */
  readonly collections: readonly string[]
  /** Kept outside the directory: a collection query for them is answered with 501. */
  readonly elsewhere: readonly string[]
  /** Relationships that $select may name. */
  readonly relations: readonly string[]
}

const words = (text: string) => text.trim().split(/\s+/)

export const propertyTables: Record<GraphType, PropertyTable> = {
  user: {
    usual: words(`businessPhones displayName givenName id jobTitle mail mobilePhone officeLocation
      preferredLanguage surname userPrincipalName`),
    onRequest:
      words(`accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo city companyName
      consentProvidedForMinor country createdDateTime creationType customSecurityAttributes
      deletedDateTime department identityParentId
      employeeHireDate employeeId employeeLeaveDateTime employeeOrgData employeeType externalUserState
      externalUserStateChangeDateTime faxNumber identities imAddresses isManagementRestricted
      isResourceAccount lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates
      mailNickname onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes
      onPremisesImmutableId onPremisesLastSyncDateTime onPremisesProvisioningErrors
      onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
      onPremisesUserPrincipalName otherMails passwordPolicies passwordProfile postalCode
      preferredDataLocation provisionedPlans proxyAddresses securityIdentifier
      serviceProvisioningErrors showInAddressList signInSessionsValidFromDateTime state streetAddress
      usageLocation userType`),
    collections: words(`assignedLicenses assignedPlans businessPhones identities imAddresses
      licenseAssignmentStates onPremisesProvisioningErrors otherMails provisionedPlans proxyAddresses
      serviceProvisioningErrors`),
    elsewhere:
      words(`aboutMe birthday deviceEnrollmentLimit hireDate interests mailboxSettings mySite
      pastProjects preferredName print responsibilities schools signInActivity skills`),
    relations: ['manager', 'directReports', 'memberOf'],
  },
  group: {
    usual: words(`classification createdDateTime deletedDateTime description displayName
      expirationDateTime groupTypes id isAssignableToRole mail mailEnabled mailNickname membershipRule
      membershipRuleProcessingState onPremisesDomainName onPremisesLastSyncDateTime
      onPremisesNetBiosName onPremisesProvisioningErrors onPremisesSamAccountName
      onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage
      proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions
      securityEnabled securityIdentifier serviceProvisioningErrors theme uniqueName visibility`),
    onRequest: words(`assignedLabels assignedLicenses hasMembersWithLicenseErrors infoCatalogs
      isManagementRestricted licenseProcessingState onPremisesExtensionAttributes organizationId`),
    collections: words(`assignedLabels assignedLicenses groupTypes infoCatalogs
      onPremisesProvisioningErrors proxyAddresses resourceBehaviorOptions resourceProvisioningOptions
      serviceProvisioningErrors`),
    elsewhere: words(`accessType allowExternalSenders autoSubscribeNewMembers hideFromAddressLists
      hideFromOutlookClients isArchived isFavorite isSubscribedByMail unseenConversationsCount
      unseenCount unseenMessagesCount welcomeMessageEnabled`),
    relations: ['members', 'owners', 'memberOf'],
  },
  device: {
    usual: words(`accountEnabled alternativeSecurityIds approximateLastSignInDateTime
      complianceExpirationDateTime deletedDateTime deviceCategory deviceId deviceMetadata
      deviceOwnership deviceVersion displayName enrollmentProfileName enrollmentType id isCompliant
      isManaged isManagementRestricted isRooted managementType manufacturer mdmAppId model
      onPremisesLastSyncDateTime onPremisesSecurityIdentifier onPremisesSyncEnabled operatingSystem
      operatingSystemVersion physicalIds profileType registrationDateTime systemLabels trustType`),
    onRequest: [],
    collections: words('alternativeSecurityIds physicalIds systemLabels'),
    elsewhere: [],
    relations: ['registeredOwners', 'registeredUsers', 'memberOf'],
  },
  servicePrincipal: {
    usual: words('accountEnabled appId deletedDateTime displayName id servicePrincipalType'),
    onRequest: [],
    collections: [],
    elsewhere: [],
    relations: [],
  },
  orgContact: {
    usual: words('companyName deletedDateTime displayName givenName id mail surname'),
    onRequest: [],
    collections: [],
    elsewhere: [],
    relations: [],
  },
  organization: {
    usual: words(`assignedPlans businessPhones city country countryLetterCode createdDateTime
      defaultUsageLocation deletedDateTime displayName id marketingNotificationEmails
      onPremisesLastSyncDateTime onPremisesSyncEnabled postalCode preferredLanguage provisionedPlans
      securityComplianceNotificationMails securityComplianceNotificationPhones state street
      technicalNotificationMails tenantType verifiedDomains`),
    onRequest: [],
    collections: words(`assignedPlans businessPhones marketingNotificationEmails provisionedPlans
      securityComplianceNotificationMails securityComplianceNotificationPhones
      technicalNotificationMails verifiedDomains`),
    elsewhere: [],
    relations: [],
  },
}

const collectionNames = Object.fromEntries(
  Object.entries(propertyTables).map(([type, table]) => [type, new Set(table.collections)]),
)

export function isCollection(type: GraphType, name: string): boolean {
  return collectionNames[type]?.has(name) ?? false
}
