/** A message of the server, read. */
export type ServerMessage = {
  readonly header: ServerHeader
  readonly statuses: readonly ServerStatus[]
  readonly commands: readonly Command[]
  readonly isFinal: boolean
}

export type ServerHeader = {
  readonly sessionId: string
  readonly msgId: string
  readonly target: string
  readonly source: string
  /** Why the device does not go on with this message: the status of its header. */
  readonly refusal: number | undefined
}

export type ServerStatus = {
  readonly msgRef: string
  readonly cmdRef: string
  readonly command: string
  readonly data: string
  /** A challenge for credentials. */
  readonly challenge: { readonly type: string; readonly nonce: string | undefined } | undefined
}

/** A command of the server. */
export type Command = {
  /** Element name: Get, Replace, Atomic, Alert … */
  readonly name: string
  readonly cmdId: string
  readonly noResp: boolean
  /** `Data` of the command itself: the number of an Alert. */
  readonly data: string
  readonly items: readonly Item[]
  /** Of Atomic and Sequence. */
  readonly inside: readonly Command[]
  /** The status with which Windows answers what is not written as it should be. */
  readonly refusal: number | undefined
}

export type Item = {
  /** LocURI, without what stands behind `?`. */
  readonly target: string | undefined
  readonly query: string | undefined
  readonly format: string | undefined
  readonly size: number | undefined
  readonly data: string
  readonly hasMore: boolean
}
