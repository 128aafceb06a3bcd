/**
 * The members of one group, as object handles in the order of joining.
 *
 * A removed member leaves a hole, so that a position in the list stays valid while somebody pages
 * through it. Small: 4 bytes a member, and an index only for large groups that are changed.
 */
export class MemberList {
  #handles = new Int32Array(8)
  #length = 0
  #size = 0
  #index: Map<number, number> | undefined
  #revision = 0

  /** Number of members. */
  get size(): number {
    return this.#size
  }

  /** Raised whenever the list, or the state of somebody on it, changes. */
  get revision(): number {
    return this.#revision
  }

  /** Says that somebody on the list was deleted or restored. */
  touch(): void {
    this.#revision++
  }

  /** Number of positions, holes included. */
  get positions(): number {
    return this.#length
  }

  /** The handle at a position, or undefined for a hole. */
  at(position: number): number | undefined {
    const handle = this.#handles[position]
    return handle === undefined || handle < 0 || position >= this.#length ? undefined : handle
  }

  has(handle: number): boolean {
    return this.#positionOf(handle) >= 0
  }

  /** Adds a member that is not in the list yet. */
  add(handle: number): void {
    if (this.#length === this.#handles.length) {
      const larger = new Int32Array(this.#length * 2)
      larger.set(this.#handles)
      this.#handles = larger
    }
    this.#handles[this.#length] = handle
    this.#index?.set(handle, this.#length)
    this.#length++
    this.#size++
    this.#revision++
  }

  /** Removes a member; false when it was none. */
  remove(handle: number): boolean {
    const position = this.#positionOf(handle)
    if (position < 0) return false
    this.#handles[position] = -1
    this.#index?.delete(handle)
    this.#size--
    this.#revision++
    return true
  }

  *[Symbol.iterator](): Generator<number> {
    for (let position = 0; position < this.#length; position++) {
      const handle = this.at(position)
      if (handle !== undefined) yield handle
    }
  }

  #positionOf(handle: number): number {
    if (this.#length <= 64) return this.#handles.subarray(0, this.#length).indexOf(handle)
    if (!this.#index) {
      this.#index = new Map()
      for (let position = 0; position < this.#length; position++) {
        const found = this.at(position)
        if (found !== undefined) this.#index.set(found, position)
      }
    }
    return this.#index.get(handle) ?? -1
  }
}
