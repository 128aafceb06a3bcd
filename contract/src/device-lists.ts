import { z } from 'zod'
import { Device, DeviceFilter } from './devices.ts'
import { Descending } from './directory/people.ts'
import { Instant, ListQuery, pageOf } from './values.ts'

/** What a list of devices can be sorted by. Devices that never came stand before all others. */
export const DeviceSort = z.enum(['name', 'lastSeenAt', 'enrolledAt', 'build'])
export type DeviceSort = z.infer<typeof DeviceSort>

/** What a list, or its CSV, can show of each device. */
export const DeviceColumn = z.enum([
  'name',
  'user',
  'model',
  'serialNumber',
  'system',
  'edition',
  'ownership',
  'state',
  'lastSeenAt',
  'enrolledAt',
  'encrypted',
  'secureBoot',
  'tpm',
  'firewall',
  'antivirus',
  'signatures',
  'freeStorage',
  'group',
  'entraDeviceId',
  'id',
])
export type DeviceColumn = z.infer<typeof DeviceColumn>

const COLUMNS = DeviceColumn.options
/** In the order they stand in, each once. */
export const DeviceColumns = z
  .array(DeviceColumn)
  .min(1)
  .max(COLUMNS.length)
  .refine((columns) => new Set(columns).size === columns.length, {
    message: 'Name each column once.',
  })

export const DeviceQuery = ListQuery.extend(DeviceFilter.shape).extend({
  sort: DeviceSort.default('name'),
  descending: Descending,
})
export type DeviceQuery = z.infer<typeof DeviceQuery>

/** `total` counts all that fit and comes with the first page only; a large one may be some seconds old. */
export const DevicePage = pageOf(Device).extend({ total: z.number().int().nullable() })
export type DevicePage = z.infer<typeof DevicePage>

export const DeviceExport = DeviceFilter.extend({
  sort: DeviceSort.default('name'),
  descending: Descending,
  /** Names of columns with commas between them; left out: all. */
  columns: z
    .string()
    .max(1000)
    .default(COLUMNS.join(','))
    .transform((text) => text.split(','))
    .pipe(DeviceColumns),
  /** Of the words in it; left out: that of the request. */
  language: z.enum(['en', 'de']).optional(),
})
export type DeviceExport = z.infer<typeof DeviceExport>

const ViewContent = z.object({
  name: z.string().trim().min(1).max(100),
  filter: DeviceFilter,
  columns: DeviceColumns,
  sort: DeviceSort,
  descending: z.boolean(),
})

/** A filter with its columns and order, under a name. */
export const NewDeviceView = ViewContent.extend({
  /** For everybody who may look at devices; whoever may manage them may share and change such. */
  shared: z.boolean().default(false),
})
export type NewDeviceView = z.infer<typeof NewDeviceView>

export const DeviceViewChange = ViewContent.extend({ shared: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: 'Change something.' })
export type DeviceViewChange = z.infer<typeof DeviceViewChange>

export const DeviceView = ViewContent.extend({
  id: z.string(),
  shared: z.boolean(),
  /** Whoever saved it. */
  owner: z.string(),
  isOwn: z.boolean(),
  changedAt: Instant,
})
export type DeviceView = z.infer<typeof DeviceView>
export const DeviceViews = z.object({ items: z.array(DeviceView) })
