import { z } from 'zod'

// What the room promises, by theme; it is imported from here.
export * from './directory/changes.ts'
export * from './directory/groups.ts'
export * from './directory/people.ts'
export * from './directory/settings.ts'
export * from './directory/standing.ts'
export * from './directory/sync-runs.ts'

/** Removing what was synchronised, after its switch was turned off. */
export const DirectoryRemoval = z.object({
  /** The organization's slug, repeated as confirmation. */
  confirm: z.string(),
})
export const RemovalResult = z.object({ removed: z.number().int() })
