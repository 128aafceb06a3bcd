import { z } from 'zod'
import { StreamStanding, SyncRun } from './directory.ts'
import { Instant, Slug } from './values.ts'

/** Something that wants an administrator's attention, with the place where it is dealt with. */
export const Attention = z.object({
  /** Stable; the place and the icon follow from it. */
  code: z.string(),
  severity: z.enum(['critical', 'warning', 'info']),
  title: z.string(),
  detail: z.string(),
  /** A portal path. */
  href: z.string(),
})
export type Attention = z.infer<typeof Attention>

export const Overview = z.object({
  organization: z.object({ slug: Slug, name: z.string() }),
  state: z.enum(['notConnected', 'connecting', 'well', 'attention', 'broken']),
  /** One sentence that says how things are. */
  sentence: z.string(),
  since: Instant.nullable(),
  tenant: z
    .object({
      tenantId: z.string(),
      name: z.string().nullable(),
      credentialExpiresAt: Instant.nullable(),
    })
    .nullable(),
  syncUsers: z.boolean(),
  syncGroups: z.boolean(),
  counts: z.object({
    users: z.number().int(),
    activeUsers: z.number().int(),
    groups: z.number().int(),
    devices: z.number().int(),
    memberships: z.number().int(),
  }),
  /** People and groups at the end of each day, oldest first, at most 30 days. */
  history: z.array(
    z.object({ day: z.iso.date(), users: z.number().int(), groups: z.number().int() }),
  ),
  /** How old the copy of people, groups and devices is. */
  standing: z.array(StreamStanding),
  attention: z.array(Attention),
  lastRun: SyncRun.nullable(),
  lastSuccessAt: Instant.nullable(),
  recentRuns: z.array(SyncRun),
})
export type Overview = z.infer<typeof Overview>
