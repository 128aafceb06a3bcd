import type { Chance } from '../chance.ts'
import type { Request } from '../http/request.ts'

/** Somebody who is signed in at the login host in one browser. */
export type Account = {
  readonly userId: string
  readonly tenantId: string
  /** Session id: what `sid` and `session_state` say, and front-channel logout. */
  readonly sid: string
  authenticatedAt: Date
  mfaAt: Date | undefined
  /** Client ids of the apps that were signed in to. */
  readonly apps: Set<string>
}

/** One browser as the login host's cookie tells it; several people may be signed in. */
export type BrowserSession = { readonly id: string; readonly accounts: Account[] }

const cookieName = 'ESTSAUTH'

/** The login host's own sessions: they are why a second app signs in without a question. */
export class Browsers {
  readonly #sessions = new Map<string, BrowserSession>()
  readonly #chance: Chance

  constructor(chance: Chance) {
    this.#chance = chance
  }

  get all(): readonly BrowserSession[] {
    return [...this.#sessions.values()]
  }

  /** The browser that sent this request; an unknown one is a new one. */
  recognize(request: Request): BrowserSession {
    const pattern = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]+)`)
    const id = pattern.exec(request.headers['cookie'] ?? '')?.[1]
    const known = id === undefined ? undefined : this.#sessions.get(id)
    if (known) return known
    const made = { id: this.#chance.guid(), accounts: [] }
    this.#sessions.set(made.id, made)
    return made
  }

  /**
   * The cookie of a browser; it ends with the browser, since nobody stays signed in. Over plain
   * http a browser would not take SameSite=None.
   */
  cookie(session: BrowserSession, request: Request): string {
    const isSecure = request.origin.startsWith('https:')
    return `${cookieName}=${session.id}; Path=/; HttpOnly${isSecure ? '; Secure; SameSite=None' : ''}`
  }

  /** Signs somebody in anew: a fresh first factor, no second one yet, the same session id. */
  signIn(session: BrowserSession, who: { userId: string; tenantId: string }, now: Date): Account {
    const known = session.accounts.find(({ userId }) => userId === who.userId)
    if (known) {
      known.authenticatedAt = now
      known.mfaAt = undefined
      return known
    }
    const sid = this.#chance.guid()
    const account = { ...who, sid, authenticatedAt: now, mfaAt: undefined, apps: new Set<string>() }
    session.accounts.push(account)
    return account
  }

  signOut(session: BrowserSession, account: Account): void {
    const place = session.accounts.indexOf(account)
    if (place >= 0) session.accounts.splice(place, 1)
  }

  /** No browser is known any more: nobody is signed in. */
  clear(): void {
    this.#sessions.clear()
  }

  /** Signs a person out of every browser; the accounts as they were. */
  signOutEverywhere(userId: string): Account[] {
    return this.all.flatMap((session) => {
      const theirs = session.accounts.filter((account) => account.userId === userId)
      for (const account of theirs) this.signOut(session, account)
      return theirs
    })
  }
}
