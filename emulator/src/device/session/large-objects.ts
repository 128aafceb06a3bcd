import type { Outcome } from '../csp/node.ts'
import type { Item } from './server-message.ts'

/**
 * Puts together a value that the server sends in pieces.
 *
 * @see OMA-TS-DM_Protocol-V1_2 §7
 */
export class LargeObjects {
  #open: { target: string; size: number; data: string } | undefined
  #lost = false

  /** Whether the next message must bring another piece. */
  get isWaiting(): boolean {
    return this.#open !== undefined
  }

  /** Whether the server went on with something else: then it is told so, once. */
  takeLost(): boolean {
    const lost = this.#lost
    this.#lost = false
    return lost
  }

  /** @returns the whole value, or the status of a piece: 213 taken, 424 of another length */
  take({ target = '', size, data, hasMore }: Item): { readonly data: string } | Outcome {
    const open = this.#open
    if (open && open.target !== target) {
      this.#open = undefined
      this.#lost = true
    }
    const before = open?.target === target ? open : undefined
    if (hasMore) {
      if (!before && (size === undefined || !(size > 0))) return { status: 400 }
      this.#open = {
        target,
        size: before?.size ?? size ?? 0,
        data: `${before?.data ?? ''}${data}`,
      }
      return { status: 213 }
    }
    if (!before) return { data }
    this.#open = undefined
    const whole = `${before.data}${data}`
    return Buffer.byteLength(whole) === before.size ? { data: whole } : { status: 424 }
  }
}
