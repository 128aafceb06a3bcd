/** A node of a device, or what one says of it. @see windows-mdm.md 5.2, 5.4 */
export type SyncmlItem = {
  /** `./Vendor/MSFT/…` as the device writes it. */
  readonly source: string | undefined
  readonly target: string | undefined
  /** `chr`, `int`, `bool`, `b64`, `xml`, `node`, …; absent is `chr`. */
  readonly format: string | undefined
  readonly type: string | undefined
  /** Of the whole value in bytes, told with the first piece of a large one. */
  readonly size: number | undefined
  /** As it was written, white space and all; absent where there was no element for it. */
  readonly data: string | undefined
  /** The value goes on in the next message. */
  readonly hasMore: boolean
}

type Part<Kind extends string> = { readonly kind: Kind; readonly commandId: string }

/** What a device says: an answer to one of our commands, or something of its own accord. */
export type ClientPart =
  | (Part<'status'> & {
      /** Of our message, and of our command in it; `0` is its header. */
      readonly messageRef: string
      readonly commandRef: string
      readonly command: string
      readonly code: number
      /** Windows' own error behind the code: `0x80070032`. */
      readonly originalError: string | undefined
      /** What the device sends along: a challenge, or the number of the next message it waits for. */
      readonly items: readonly SyncmlItem[]
    })
  | (Part<'results'> & {
      /** Absent is the message before. */
      readonly messageRef: string | undefined
      readonly commandRef: string
      readonly items: readonly SyncmlItem[]
    })
  | (Part<'alert'> & { readonly code: number; readonly items: readonly SyncmlItem[] })
  | (Part<'replace'> & { readonly items: readonly SyncmlItem[] })
  | (Part<'other'> & { readonly name: string })

/** A message of a device, in the order it was written. */
export type ClientMessage = {
  readonly sessionId: string
  /** From 1. */
  readonly messageId: number
  readonly target: string
  /** What the device calls itself: it has to be proven. */
  readonly source: string
  readonly credentials: SyncmlCredentials | undefined
  readonly maxMessageSize: number | undefined
  readonly parts: readonly ClientPart[]
  readonly isFinal: boolean
}

export type SyncmlCredentials = {
  readonly type: string | undefined
  readonly format: string | undefined
  readonly data: string
}

export type Verb = 'Get' | 'Replace' | 'Add' | 'Delete' | 'Exec'

/** What one node is told to do. */
export type Operation = {
  readonly verb: Verb
  /** `./Device/…`, `./User/…`, `./Vendor/…`; reserved characters of its parts are percent-encoded. */
  readonly uri: string
  readonly format?: string | undefined
  readonly type?: string | undefined
  readonly data?: string | undefined
}

export type ServerCommand =
  | (Operation & { readonly commandId: number })
  | {
      readonly verb: 'Atomic'
      readonly commandId: number
      readonly commands: readonly (Operation & { readonly commandId: number })[]
    }
  | { readonly verb: 'Alert'; readonly commandId: number; readonly code: number }

export type ServerStatus = {
  readonly commandId: number
  readonly messageRef: number
  readonly commandRef: string
  readonly command: string
  readonly code: number
  /** What the device has to answer with when its credentials were missing or wrong. */
  readonly challenge?: { readonly nonce: string } | undefined
}

/** A message for a device. */
export type ServerMessage = {
  readonly sessionId: string
  readonly messageId: number
  /** The device. */
  readonly target: string
  /** Ours: the address that the device was provisioned with. */
  readonly source: string
  readonly statuses: readonly ServerStatus[]
  readonly commands: readonly ServerCommand[]
}
