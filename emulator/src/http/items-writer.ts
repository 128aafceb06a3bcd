/** A buffer to write into is dear to get and cheap to keep: the last writer leaves it to the next. */
let spare: Buffer | undefined

function takeSpare(): Buffer {
  const taken = spare ?? Buffer.allocUnsafe(1 << 17)
  spare = undefined
  return taken
}

/** Writes the items of a page as JSON bytes, without a detour over objects and long texts. */
export class ItemsWriter {
  #buffer = takeSpare()
  #length = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Begins an item; its parts follow, and then `end`. */
  begin(): void {
    this.ascii(this.#count === 0 ? '{' : ',{')
    this.#count++
  }

  end(): void {
    this.ascii('}')
  }

  /** A part without any letter beyond ASCII. */
  ascii(text: string): void {
    this.#reserve(text.length)
    this.#length += this.#buffer.write(text, this.#length, 'latin1')
  }

  bytes(part: Uint8Array): void {
    this.#reserve(part.length)
    this.#buffer.set(part, this.#length)
    this.#length += part.length
  }

  /** Ends the writing: everything, between two texts. */
  finish(before: string, after: string): Buffer {
    const head = Buffer.from(before)
    const tail = Buffer.from(after)
    const all = Buffer.concat([head, this.#buffer.subarray(0, this.#length), tail])
    spare = this.#buffer
    this.#buffer = Buffer.alloc(0)
    this.#length = 0
    return all
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }
}
