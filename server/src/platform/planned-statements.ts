import { createHash } from 'node:crypto'
import { CopyingClient } from './copying-drivers.ts'

// PostgreSQL plans a statement without a name anew each time, which costs more than most of ours take to
// carry out. One with a name it plans once for each connection, and after a few times without looking
// at the values.

/**
 * To stand in a statement whose best plan depends on its values, such as which words are searched for:
 * that one gets no name.
 */
export const PLANNED_EACH_TIME = '/* planned each time */'

/**
 * To stand in a statement that is planned once whatever it does, also within a transaction. Should its
 * plan be lost there, which only a pooler or a migration brings about, the transaction fails: whoever
 * began it asks `isPlanLost`, and begins it again.
 */
export const PLANNED_ONCE = '/* planned once */'

/** Seen so often, a statement is one of ours and no passing number of rows that somebody asked for. */
const SEEN_BEFORE_NAMED = 3
/** A plan takes some ten KiB of each connection. */
const MOST_NAMES = 300
const MOST_SEEN = 2000

/** The table below a statement is another one now, e.g. because a newer version has migrated it. */
const STALE = '0A000'
/** No such statement, or one already: a pooler between us and PostgreSQL hands out connections in turn. */
const NOT_OURS: ReadonlySet<unknown> = new Set(['26000', '42P05'])

/** The same on every connection of a pool. */
class StatementNames {
  #names = new Map<string, string | undefined>()
  #seen = new Map<string, number>()
  #isOff = false

  /** @returns `undefined` for what is to be planned each time. */
  find(text: string): string | undefined {
    if (this.#isOff || this.#names.has(text)) return this.#names.get(text)
    if (!isNameable(text) || this.#names.size >= MOST_NAMES) return undefined
    const seen = (this.#seen.get(text) ?? 0) + 1
    if (this.#seen.size >= MOST_SEEN) this.#seen.clear()
    this.#seen.set(text, seen)
    if (seen < SEEN_BEFORE_NAMED) return undefined
    this.#seen.delete(text)
    const name = `mooring_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
    this.#names.set(text, name)
    return name
  }

  /** @returns whether the statement is to be sent again, without a name. */
  giveUp(text: string, error: unknown): boolean {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === STALE) this.#names.set(text, undefined)
    else if (!NOT_OURS.has(code)) return false
    else {
      this.#isOff = true
      this.#names.clear()
    }
    return true
  }
}

/** Whether a transaction failed for a statement's name, and not for what it did. */
export function isPlanLost(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === STALE || NOT_OURS.has(code)
}

const isNameable = (text: string) =>
  isPlannedOnce(text) ||
  (/^\s*(select|with recursive)\s/i.test(text) && !text.includes(PLANNED_EACH_TIME))

const isPlannedOnce = (text: string) => text.includes(PLANNED_ONCE)

/**
 * The client of a pool that names what it reads. As a rule only outside transactions: there, a statement
 * whose name is no good can simply be sent again.
 */
export function planningClient(): typeof CopyingClient {
  const names = new StatementNames()
  return class extends CopyingClient {
    // The many forms of a query are the driver's own; only one of them is looked at.
    // biome-ignore lint/suspicious/noExplicitAny: as in the driver's types
    override query(...given: any[]): any {
      const [text, values] = given
      const isPlain = given.length === 2 && typeof text === 'string' && Array.isArray(values)
      const isAlone = isPlain && this.getTransactionStatus() === 'I'
      const name = isAlone || (isPlain && isPlannedOnce(text)) ? names.find(text) : undefined
      if (name === undefined) return super.query(...given)
      return (super.query({ name, text, values }) as Promise<unknown>).catch((error: unknown) => {
        if (names.giveUp(text, error) && isAlone) return super.query(text, values)
        throw error
      })
    }
  }
}
