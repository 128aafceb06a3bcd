import type { Kysely } from 'kysely'
import type { Schema } from '../src/platform/schema.ts'

/** The process is gone: whatever it still wanted to do does not happen. */
export class Died extends Error {}

type Fate = {
  readonly at: number
  readonly of: 'transactions' | 'statements'
  /** What happens then; by default the process dies. */
  readonly does: 'die' | (() => void | Promise<void>)
}

/**
 * The same database as processes see it that may die between any two steps of theirs: from then on nothing
 * of what one does reaches the database, and an open transaction is undone. Each that is born has a database
 * of its own to look at, so that what one that is dead left under way stays dead.
 *
 * Questions that go across organizations are not counted; they change nothing.
 */
export function mortal(db: Kysely<Schema>) {
  let life = bear(db)
  const whoever = new Proxy(db, { get: (_, name) => Reflect.get(life.db, name) as unknown })
  return {
    /** Of whichever process lives: for a server whose requests die one by one while it stays up. */
    ofWhoeverLives: whoever,
    /** Of the process that lives now. */
    get db() {
      return life.db
    },
    /** Since it was born. */
    get count() {
      return life.count
    },
    /** A new process, which meets its fate at the nth transaction or statement; none without one. */
    beBorn(next?: Fate): void {
      life.end()
      life = bear(db, next)
    },
  }
}

function bear(db: Kysely<Schema>, fate?: Fate) {
  let isDead = false
  const count = { transactions: 0, statements: 0 }

  function step(of: Fate['of']): void | Promise<void> {
    if (isDead) throw new Died()
    count[of] += 1
    if (fate?.of !== of || fate.at !== count[of]) return
    if (fate.does !== 'die') return fate.does()
    isDead = true
    throw new Died()
  }

  const counted = db.withPlugin({
    transformQuery({ node }) {
      const done = step('statements')
      if (done instanceof Promise) throw new Error('only transactions can wait')
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const transaction = () => ({
    async execute<T>(work: Parameters<ReturnType<typeof counted.transaction>['execute']>[0]) {
      await step('transactions')
      return (await counted.transaction().execute(work)) as T // what `work` gives
    },
  })
  const seen = new Proxy(counted, {
    get(target, name) {
      if (name === 'transaction') return transaction
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const end = () => {
    isDead = true
  }
  return { db: seen, count, end }
}
