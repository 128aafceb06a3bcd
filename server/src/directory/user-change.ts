import type { CustomAttribute, DirectorySettings } from '@mooring/contract/directory'
import { z } from 'zod'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { type UserObjectId, userObjectId } from '../entra/ids.ts'
import { type DeltaObject, readDeltaObject } from './delta-object.ts'

/** Always asked for: without these nobody can be recognised or locked. */
const ALWAYS = [
  'id',
  'userPrincipalName',
  'displayName',
  'userType',
  'accountEnabled',
  'onPremisesSyncEnabled',
  'createdDateTime',
] as const

/** What is asked of Graph: each property more makes more change traffic. */
export function userSelect(
  settings: Pick<DirectorySettings, 'attributes' | 'customFields'>,
): readonly string[] {
  const custom = settings.customFields.map(({ attribute }) => selectFor(attribute))
  return [...new Set<string>([...ALWAYS, ...settings.attributes, ...custom])]
}

const selectFor = (attribute: CustomAttribute): string =>
  attribute.startsWith('extensionAttribute') ? 'onPremisesExtensionAttributes' : attribute

const Text = z.string().max(2000).nullable()

/** Absent means "unchanged or never set"; `null` means "cleared". */
const UserProperties = z
  .object({
    userPrincipalName: Text,
    displayName: Text,
    givenName: Text,
    surname: Text,
    mail: Text,
    department: Text,
    jobTitle: Text,
    companyName: Text,
    officeLocation: Text,
    mobilePhone: Text,
    businessPhones: z.array(z.string().max(200)).max(100).nullable(),
    employeeId: Text,
    preferredLanguage: Text,
    usageLocation: Text,
    userType: Text,
    accountEnabled: z.boolean().nullable(),
    onPremisesSyncEnabled: z.boolean().nullable(),
    createdDateTime: Text,
    city: Text,
    state: Text,
    country: Text,
    postalCode: Text,
    streetAddress: Text,
    employeeType: Text,
    onPremisesSamAccountName: Text,
    onPremisesUserPrincipalName: Text,
    onPremisesDistinguishedName: Text,
    onPremisesImmutableId: Text,
    onPremisesExtensionAttributes: z.record(z.string(), Text).nullable(),
  })
  .partial()
export type UserProperties = z.infer<typeof UserProperties>

/** The value of an attribute that a custom field is filled from; `undefined` when it did not come. */
export function customValue(
  properties: UserProperties,
  attribute: CustomAttribute,
): string | null | undefined {
  if (!attribute.startsWith('extensionAttribute')) {
    // Every other custom attribute is a property of the same name.
    return properties[attribute as keyof UserProperties] as string | null | undefined
  }
  const all = properties.onPremisesExtensionAttributes
  return all ? (all[attribute] ?? null) : all
}

/** What one delta item says about a user. */
export type UserChange = DeltaObject<UserObjectId, UserProperties>

/** Reads one item of `/users/delta`. */
export const toUserChange = (item: DeltaItem): UserChange =>
  readDeltaObject(item, { id: userObjectId, properties: UserProperties })
