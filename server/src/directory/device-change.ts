import { z } from 'zod'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { isGuid, type ObjectId, objectId } from '../entra/ids.ts'
import { type DeltaObject, readDeltaObject } from './delta-object.ts'

/** Asked of Graph: what the link between an enrolled device and Entra, and compliance, rest on. */
export const DEVICE_SELECT = [
  'id',
  'deviceId',
  'displayName',
  'accountEnabled',
  'operatingSystem',
  'operatingSystemVersion',
  'trustType',
  'profileType',
  'isManaged',
  'isCompliant',
  'managementType',
  'mdmAppId',
  'deviceOwnership',
  'approximateLastSignInDateTime',
  'registrationDateTime',
  'physicalIds',
  'manufacturer',
  'model',
  'complianceExpirationDateTime',
  'onPremisesSyncEnabled',
] as const

const Text = z.string().max(2000).nullable()
const Flag = z.boolean().nullable()
/** Graph writes "never" as the year 1. */
const Moment = z
  .string()
  .nullable()
  .transform((text) => {
    const at = text === null ? Number.NaN : Date.parse(text)
    return Number.isNaN(at) || at < 0 ? null : new Date(at)
  })

const DeviceProperties = z
  .object({
    deviceId: Text.transform((text) => (text && isGuid(text) ? text.toLowerCase() : null)),
    displayName: Text,
    accountEnabled: Flag,
    operatingSystem: Text,
    operatingSystemVersion: Text,
    trustType: Text,
    profileType: Text,
    isManaged: Flag,
    isCompliant: Flag,
    managementType: Text,
    mdmAppId: Text,
    deviceOwnership: Text,
    approximateLastSignInDateTime: Moment,
    registrationDateTime: Moment,
    physicalIds: z.array(z.string().max(500)).max(200).nullable(),
    manufacturer: Text,
    model: Text,
    complianceExpirationDateTime: Moment,
    onPremisesSyncEnabled: Flag,
  })
  .partial()
export type DeviceProperties = z.infer<typeof DeviceProperties>

/** What one delta item says about a device. */
export type DeviceChange = DeltaObject<ObjectId, DeviceProperties>

/** Reads one item of `/devices/delta`. @see Graph "device resource type" */
export const toDeviceChange = (item: DeltaItem): DeviceChange =>
  readDeltaObject(item, { id: objectId, properties: DeviceProperties })
