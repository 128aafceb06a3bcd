import { z } from 'zod'
import { Trouble } from '../problem.ts'
import { Instant } from '../values.ts'
import { StreamName } from './sync-runs.ts'

/** How one kind of object stands: how old our copy is, and whether it is being kept up to date. */
export const StreamStanding = z.object({
  stream: StreamName,
  /**
   * `off`: switched off. `notAllowed`: the permission is missing. `never`: not read yet. `current`:
   * fine. `late`: no success for long. `failing`: the last run could not read it.
   */
  state: z.enum(['off', 'notAllowed', 'never', 'current', 'late', 'failing']),
  /** One sentence. */
  sentence: z.string(),
  lastSuccessAt: Instant.nullable(),
  lastFullReadAt: Instant.nullable(),
  problem: Trouble.nullable(),
})
export type StreamStanding = z.infer<typeof StreamStanding>

/** How Microsoft tells us about changes. */
export const NotificationStanding = z.object({
  stream: z.enum(['users', 'groups']),
  /** `unreachable`: Microsoft could not reach this server, or its URL is not public. */
  state: z.enum(['off', 'pending', 'active', 'unreachable', 'failing', 'expired']),
  sentence: z.string(),
  expiresAt: Instant.nullable(),
  lastNotificationAt: Instant.nullable(),
  /** Why Microsoft could not be asked, or refused; where it still tells, the next time it may not. */
  problem: Trouble.nullable(),
})
export type NotificationStanding = z.infer<typeof NotificationStanding>

export const DirectoryStanding = z.object({
  streams: z.array(StreamStanding),
  notifications: z.array(NotificationStanding),
  openProblems: z.number().int(),
  heldRun: z.string().nullable(),
  nextRunAt: Instant.nullable(),
})
export type DirectoryStanding = z.infer<typeof DirectoryStanding>
