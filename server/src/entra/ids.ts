import type { Brand } from '../platform/brand.ts'

/** Directory (tenant) id: `tid` in tokens. */
export type TenantId = Brand<'TenantId'>
/** Application (client) id: `appid` or `azp` in tokens. */
export type ClientId = Brand<'ClientId'>
/** Directory object id of a person: `id` in Graph, `oid` in tokens. Survives renames and a restore. */
export type UserObjectId = Brand<'UserObjectId'>
/** Directory object id of a group. */
export type GroupObjectId = Brand<'GroupObjectId'>
/** Directory object id of something whose kind does not matter here. */
export type ObjectId = Brand<'ObjectId'>

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** These lower-case and check the text. @throws {RangeError} when it is not a GUID. */
export const tenantId = (text: string) => guid(text, 'tenant id') as TenantId
export const clientId = (text: string) => guid(text, 'client id') as ClientId
export const userObjectId = (text: string) => guid(text, 'user object id') as UserObjectId
export const groupObjectId = (text: string) => guid(text, 'group object id') as GroupObjectId
export const objectId = (text: string) => guid(text, 'object id') as ObjectId

/** The same of what may be none: looked at once, for there are a million members. */
export function findObjectId(text: string): ObjectId | undefined {
  const lower = text.toLowerCase()
  return GUID.test(lower) ? (lower as ObjectId) : undefined
}

/** Whether a text has the shape of a GUID, in either case. */
export const isGuid = (text: string) => GUID.test(text.toLowerCase())

function guid(text: string, what: string): string {
  const lower = text.toLowerCase()
  if (!GUID.test(lower)) throw new RangeError(`The ${what} is not a GUID: "${text}"`)
  return lower
}
