import { z } from 'zod'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { type UserObjectId, userObjectId } from '../entra/ids.ts'
import { type DeltaObject, readDeltaObject } from './delta-object.ts'

/** Asked of Graph: each property more makes more change traffic. `id` always comes. */
export const USER_SELECT = [
  'id',
  'userPrincipalName',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'department',
  'jobTitle',
  'companyName',
  'officeLocation',
  'mobilePhone',
  'businessPhones',
  'employeeId',
  'preferredLanguage',
  'usageLocation',
  'userType',
  'accountEnabled',
  'onPremisesSyncEnabled',
] as const

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
  })
  .partial()
export type UserProperties = z.infer<typeof UserProperties>

/** What one delta item says about a user. */
export type UserChange = DeltaObject<UserObjectId, UserProperties>

/** Reads one item of `/users/delta`. */
export const toUserChange = (item: DeltaItem): UserChange =>
  readDeltaObject(item, { id: userObjectId, properties: UserProperties })
