import type { Writable } from 'node:stream'
import type { PGlite, Transaction } from '@electric-sql/pglite'
import pg from 'pg'

// COPY is how both databases take many rows fastest: a third of the time of the cheapest insert. Their
// drivers hand it over differently; here both take it as a statement whose one parameter is the rows.

const COPY = /^copy .* from stdin$/is

/** A client that takes `copy … from stdin` with the rows as its parameter. */
export class CopyingClient extends pg.Client {
  // The many forms of a query are the driver's own; only one of them is looked at.
  // biome-ignore lint/suspicious/noExplicitAny: as in the driver's types
  override query(...given: any[]): any {
    const [text, values] = given
    if (typeof text !== 'string' || !COPY.test(text)) {
      return (super.query as (...same: unknown[]) => unknown)(...given)
    }
    return new Promise((resolve, reject) => {
      super.query(new CopyIn(text, values[0], resolve, reject))
    })
  }
}

type CopyConnection = pg.Connection & {
  readonly stream: Writable
  endCopyFrom(): void
}

/** @see PostgreSQL "Message Formats" › CopyData */
function copyDataHeader(length: number): Buffer {
  const header = Buffer.alloc(5, 'd')
  header.writeUInt32BE(length + 4, 1)
  return header
}

/** A query of the driver's that sends rows when it is asked for them. */
class CopyIn implements pg.Submittable {
  #text: string
  #rows: Buffer
  #resolve: (result: object) => void
  #reject: (error: Error) => void

  constructor(
    text: string,
    rows: Buffer,
    resolve: (result: object) => void,
    reject: (error: Error) => void,
  ) {
    this.#text = text
    this.#rows = rows
    this.#resolve = resolve
    this.#reject = reject
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    // Not by the driver's own way, which copies the rows several times to put these bytes before them.
    connection.stream.write(copyDataHeader(this.#rows.length))
    connection.stream.write(this.#rows)
    connection.endCopyFrom()
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#reject(error)
  }

  handleReadyForQuery(): void {
    this.#resolve({ command: 'COPY', rows: [] })
  }
}

type Asking = Pick<PGlite, 'query'>

/** The same for the embedded database, which reads from a file that the rows are handed over as. */
export function copyingPGlite(pglite: PGlite): PGlite {
  return wrap(pglite, {
    query: queryOf(pglite),
    transaction: (work: (tx: Transaction) => Promise<unknown>) =>
      pglite.transaction((tx) => work(wrap(tx, { query: queryOf(tx) }))),
  })
}

function queryOf(asked: Asking): Asking['query'] {
  return (text, parameters, options) => {
    if (!COPY.test(text)) return asked.query(text, parameters, options)
    const blob = new Blob([parameters?.[0]])
    return asked.query(text.replace(/stdin$/i, "'/dev/blob'"), [], { ...options, blob })
  }
}

function wrap<T extends object>(inner: T, instead: object): T {
  return new Proxy(inner, {
    get(target, name) {
      if (Object.hasOwn(instead, name)) return Reflect.get(instead, name)
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
