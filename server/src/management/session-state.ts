import { z } from 'zod'
import type { Operation, SyncmlItem } from '../formats/syncml/syncml-message.ts'

/** One thing of a command: a node to be told something, or several that are told all or none. */
export type CommandStep = Operation | { readonly atomic: readonly Operation[] }

/** A command that waits for its device. */
export type PendingCommand = {
  readonly id: string
  readonly steps: readonly CommandStep[]
  /** A person has to be signed in, and be the one whose device it is. */
  readonly needsUser: boolean
  /** The request it is of, where it takes the device away. */
  readonly wipe?: string | undefined
}

/** What there is to do when a device comes. */
export type Work = {
  readonly commands: readonly PendingCommand[]
  /** Nodes whose values are to be read again. */
  readonly reads: readonly string[]
}

/** What a device answered to one node of a command. */
export const Answer = z.object({
  verb: z.string(),
  uri: z.string(),
  code: z.number(),
  originalError: z.string().optional(),
  data: z.string().optional(),
})
export type Answer = z.infer<typeof Answer>

const Purpose = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), uri: z.string() }),
  /** `part` counts all nodes of a command; the frame of an Atomic is none and has no answer of its own. */
  z.object({
    kind: z.literal('command'),
    id: z.string(),
    part: z.number(),
    verb: z.string(),
    uri: z.string(),
  }),
  z.object({ kind: z.literal('frame'), id: z.string() }),
])
export type Purpose = z.infer<typeof Purpose>

const Waiting = z.object({
  /** Of our message, and of our command in it. */
  message: z.number(),
  command: z.number(),
  isGet: z.boolean(),
  purpose: Purpose,
  /** Came already: for a Get the value follows. */
  status: z.object({ code: z.number(), originalError: z.string().optional() }).optional(),
})
export type Waiting = z.infer<typeof Waiting>

/** A value that comes in pieces. */
const Large = z.object({
  message: z.number(),
  command: z.number(),
  uri: z.string(),
  size: z.number().optional(),
  format: z.string().optional(),
  data: z.string(),
})

/**
 * What is known between two messages of a session. It is all there is: whichever process gets the next
 * message goes on from it.
 */
export const SessionState = z.object({
  sessionId: z.string(),
  startedAt: z.iso.datetime(),
  /** Numbers of the last message of each side. */
  received: z.number(),
  sent: z.number(),
  login: z.enum(['user', 'others', 'none']).optional(),
  waiting: z.array(Waiting),
  large: Large.optional(),
  /** Commands of this session with their answers so far, by id. */
  open: z.record(z.string(), z.object({ parts: z.number(), answers: z.array(Answer.nullable()) })),
  /** What was given out in this session and is not given out again in it. */
  given: z.array(z.string()),
})
export type SessionState = z.infer<typeof SessionState>

/** Something that happened, for whoever keeps it. */
export type News =
  | { readonly kind: 'began'; readonly sessionId: string }
  /** Was given out in a session that ended before the device answered: nobody knows whether it did it. */
  | { readonly kind: 'interrupted'; readonly command: string }
  | { readonly kind: 'sent'; readonly command: string }
  | {
      readonly kind: 'finished'
      readonly command: string
      /** As many as it has nodes. */
      readonly answers: readonly Answer[]
    }
  | {
      readonly kind: 'fact'
      readonly uri: string
      readonly format: string | undefined
      /** Absent: the device has no such node, or nothing in it. */
      readonly value: string | undefined
      readonly code: number
    }
  | {
      readonly kind: 'alert'
      readonly code: number
      readonly type: string | undefined
      readonly source: string | undefined
      readonly data: string | undefined
    }
  /** Of the person who is signed in at the device. It is checked, and never kept. */
  | { readonly kind: 'userToken'; readonly token: string }
  | { readonly kind: 'login'; readonly login: 'user' | 'others' | 'none' }
  /** Its user disconnects the device. */
  | { readonly kind: 'unenrolled' }
  /** The device would not take our message. */
  | { readonly kind: 'refusedUs'; readonly code: number }
  | { readonly kind: 'ended'; readonly how: 'done' | 'aborted' | 'confused' }

/** All nodes of a command, one after another. */
export const operationsOf = ({ steps }: Pick<PendingCommand, 'steps'>): Operation[] =>
  steps.flatMap((step) => ('atomic' in step ? step.atomic : [step]))

/** The node that an item speaks of. */
export const uriOf = (item: SyncmlItem): string | undefined => item.source ?? item.target
