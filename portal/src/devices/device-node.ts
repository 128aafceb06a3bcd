import type { Tone } from '../ui/tone.ts'
import type messages from './messages.en.json'

/** A word for a value; its text is `word.<word>`. */
export type Word = keyof (typeof messages)['word']
/** A node that is known by a plain name; its text is `node.<id>`. */
export type NodeId = keyof (typeof messages)['node']
export type HardwareGroup = keyof (typeof messages)['hardware']['group']
export type SecurityGroup = keyof (typeof messages)['security']['group']

/** How grave, and in which word. */
export type Said = readonly [tone: Tone, word: Word]

/** How a value is to be read. */
export type HowToRead =
  | { readonly kind: 'text' | 'megabytes' | 'time' | 'edition' }
  /** Each value has its meaning. `true` and `false` are read as 1 and 0. */
  | { readonly kind: 'state'; readonly states: Readonly<Record<string, Said>> }
  /** What the value begins with has its meaning. */
  | { readonly kind: 'prefix'; readonly states: Readonly<Record<string, Said>> }
  /** Each bit says one thing; `none` is said when none of them is set. */
  | { readonly kind: 'bits'; readonly bits: Readonly<Record<number, Said>>; readonly none: Said }

export type DeviceNode = {
  readonly id: NodeId
  readonly uri: string
  readonly read: HowToRead
  /** Where it stands among hardware and system. */
  readonly hardware?: HardwareGroup
  /** Where it stands among what says whether the device is safe. */
  readonly security?: SecurityGroup
}

/** `true` and `false` count as 1 and 0. */
export const state = (states: Readonly<Record<string, Said>>): HowToRead => ({
  kind: 'state',
  states,
})
export const DEVICE_STATUS = './Vendor/MSFT/DeviceStatus/'
