import { z } from 'zod'

// What lists and pages look at to know whether to ask again. A mark says nothing but that it is another one:
// whoever looks on asks for what they may see, in their language.

/** Marks of one device: each changes with what it stands for, and with nothing else. */
export const DeviceMarks = z.object({
  /** The device itself: name, state, when it was last heard of, whether it is lost. */
  device: z.string(),
  /** What it said of itself. */
  facts: z.string(),
  /** What it was told, and how far that is. */
  commands: z.string(),
})
export type DeviceMarks = z.infer<typeof DeviceMarks>

/** Of the newest attempts to enrol. */
export const AttemptMarks = z.object({ attempts: z.string() })
export type AttemptMarks = z.infer<typeof AttemptMarks>
