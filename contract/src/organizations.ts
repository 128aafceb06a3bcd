import { z } from 'zod'
import { Instant, Slug } from './values.ts'

/** One customer of this installation: a company, a school, a department. */
export const Organization = z.object({
  id: z.string(),
  slug: Slug,
  name: z.string(),
  /** The first organization; its owners manage the others. */
  isHome: z.boolean(),
  createdAt: Instant,
})
export type Organization = z.infer<typeof Organization>

const Name = z.string().trim().min(1).max(200)
export const NewOrganization = z.strictObject({ slug: Slug, name: Name })
export const OrganizationPatch = z.strictObject({ name: Name })
/** Deleting an organization deletes all of its data: the slug must be repeated as confirmation. */
export const OrganizationDeletion = z.object({ confirm: z.string() })
