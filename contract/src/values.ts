import { z } from 'zod'

/** A GUID that Microsoft issues, always in lower case. */
export const Guid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  .meta({ description: 'GUID in lower case' })

/** An instant as RFC 3339 in UTC. */
export const Instant = z.iso.datetime()

/** The short name of an organization in URLs: `default`, `north-school`. */
export const Slug = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'Use lower-case letters, digits and hyphens.')
  .meta({ description: "An organization's short name in URLs" })

/** Path parameters of everything that belongs to one organization. */
export const InOrganization = z.object({ org: Slug })

/** How a list is asked for; `cursor` is the `nextCursor` of the page before. */
export const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(2000).optional(),
})
export type ListQuery = z.infer<typeof ListQuery>

/** A list answer: items in a stable order; `nextCursor` is null at the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
