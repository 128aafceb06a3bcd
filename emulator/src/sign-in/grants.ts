import type { Chance } from '../chance.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

/** What somebody has let an app do, from the code on through all refresh tokens. */
export type Grant = {
  readonly tenantId: string
  readonly clientId: string
  readonly userId: string
  readonly sid: string
  readonly request: AuthorizeRequest
  readonly authenticatedAt: Date
  readonly hasMfa: boolean
  /** Why its tokens are worth nothing any more. */
  ended: 'codeReused' | 'revoked' | undefined
}

export type Code = { readonly grant: Grant; readonly expiresAt: Date; isUsed: boolean }
export type RefreshToken = { readonly grant: Grant; lastUsedAt: Date }

const codeLifetimeMs = 10 * 60_000

/** Authorization codes and refresh tokens, with what they stand for. */
export class Grants {
  readonly #codes = new Map<string, Code>()
  readonly #refreshTokens = new Map<string, RefreshToken>()
  readonly #chance: Chance

  constructor(chance: Chance) {
    this.#chance = chance
  }

  addCode(grant: Grant, now: Date): string {
    const text = `1.${this.#opaque(6)}`
    const expiresAt = new Date(now.getTime() + codeLifetimeMs)
    this.#codes.set(text, { grant, expiresAt, isUsed: false })
    return text
  }

  findCode(text: string): Code | undefined {
    return this.#codes.get(text)
  }

  addRefreshToken(grant: Grant, now: Date): string {
    const text = `1.${this.#opaque(10)}`
    this.#refreshTokens.set(text, { grant, lastUsedAt: now })
    return text
  }

  findRefreshToken(text: string): RefreshToken | undefined {
    return this.#refreshTokens.get(text)
  }

  /** Ends all grants of a person. */
  revokeAll(userId: string): void {
    for (const { grant } of [...this.#codes.values(), ...this.#refreshTokens.values()]) {
      if (grant.userId === userId) grant.ended ??= 'revoked'
    }
  }

  #opaque(guids: number): string {
    const hex = Array.from({ length: guids }, () => this.#chance.guid().replaceAll('-', '')).join(
      '',
    )
    return `A${Buffer.from(hex, 'hex').toString('base64url')}`
  }
}
