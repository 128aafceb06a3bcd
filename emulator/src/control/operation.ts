import type { Directory } from '../directory/directory.ts'
import type { World } from '../world.ts'

/** A request to the control port, read and split. */
export type ControlCall = {
  readonly world: World
  readonly directory: Directory
  /** Values of the path's placeholders. */
  readonly values: readonly string[]
  readonly params: URLSearchParams
  readonly body: unknown
}

export type Operation = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly says: string
  readonly run: (call: ControlCall) => unknown
}

/** The request to the control port cannot be carried out as it is. */
export class ControlError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'ControlError'
    this.status = status
  }
}
