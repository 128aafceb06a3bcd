import type { AnswerOf, EndpointName, InputOf } from '@mooring/contract/endpoints'
import type { Permission, Role } from '@mooring/contract/permissions'
import type { Audit, AuditActor, AuditNote } from '../audit-note.ts'
import type { Logger } from '../log.ts'
import type { OrganizationId } from '../organization-id.ts'
import type { Language } from '../texts.ts'

/** Who makes a request, once that is proven. */
export type Caller = {
  readonly kind: 'session' | 'token'
  /** `adm_…` or `usr_…` for a session, `tok_…` for a token. */
  readonly id: string
  /** Who made the token, where somebody did: `adm_…` or `usr_…`. */
  readonly makerId?: string | undefined
  /** What records show: a mail address, a person's name, or a token's. */
  readonly name: string
  /** The organization the caller belongs to, and the roles held there, strongest first. */
  readonly organization: OrganizationId
  /** That organization's slug. */
  readonly slug: string
  readonly roles: readonly Role[]
  /** An owner of the home organization: may act in every organization. */
  readonly everywhere: boolean
  readonly permissions: ReadonlySet<Permission>
}

/** A request as a handler sees it: its caller may do what the endpoint's permission says. */
export type Call = {
  /** Absent only on endpoints that are `public`. */
  readonly caller: Caller | undefined
  /** The organization named in the path, proven to be one the caller may act in. */
  readonly organization: OrganizationId | undefined
  /** Its slug. */
  readonly slug: string | undefined
  readonly language: Language
  readonly traceId: string
  readonly clientAddress: string
  /** As the client calls itself, shortened. */
  readonly userAgent: string
  /** The session that asks; absent for tokens and for whoever is not signed in. */
  readonly sessionId: string | undefined
  /**
   * Asks a session for the proof of a fresh sign-in that is bound to this very call. Scripts prove
   * themselves once, when their token is made.
   *
   * @throws {ApiError} 403 `stepUpNeeded`.
   */
  readonly demandStepUp: () => Promise<void>
  readonly log: Logger
  /** Whether the portal made the call (session) or a script (token). */
  readonly trigger: 'portal' | 'api'
  /** Records what the request does, in the transaction that does it. */
  readonly audit: Audit
  /** Records by itself, and within bounds, that somebody was refused. */
  readonly auditRefusal: (
    note: AuditNote,
    elsewhere: { readonly organization: OrganizationId; readonly actor?: AuditActor },
  ) => Promise<void>
  readonly cookies: {
    get(name: string): string | undefined
    /** @param attributes those of the session cookie, unless others are given. */
    set(
      name: string,
      value: string,
      maxAgeSeconds: number,
      attributes?: { readonly sameSite: 'strict' | 'lax' },
    ): void
    clear(name: string): void
  }
}

/** A `Call` on a path with `{org}`. */
export type OrganizationCall = Call & {
  readonly caller: Caller
  readonly organization: OrganizationId
  readonly slug: string
}

type CallFor<Name extends EndpointName> = 'org' extends keyof InputOf<Name>['params']
  ? OrganizationCall
  : Call

export type Handler<Name extends EndpointName> = (
  input: InputOf<Name>,
  call: CallFor<Name>,
) => Promise<AnswerOf<Name>>

/** One handler for each endpoint named. A room gives its own; `app` sees that none is missing. */
export type Handlers<Names extends EndpointName> = { readonly [Name in Names]: Handler<Name> }
