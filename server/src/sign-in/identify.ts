import { Role } from '@mooring/contract/permissions'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Identify, Identity } from '../platform/http/identity.ts'
import { findApiToken, touchApiToken } from './api-tokens-store.ts'
import { toCaller } from './caller.ts'
import type { PortalSession } from './portal-session.ts'
import { resumeSession } from './session.ts'
import { countBadCredential } from './throttle-credentials.ts'
import { tooManyAttempts } from './too-many-attempts.ts'

/** Last use is written down at most this often, so that a busy script does not write with each read. */
const TOUCH_AFTER_MS = 60_000

/** Finds whose credential a request shows: role and account as they are at this moment. */
export function createIdentify(db: Database['db'], clock: Clock): Identify {
  return async ({ kind, value }, clientAddress) => {
    if (kind === 'token') {
      const now = clock.now()
      const identity = await identifyToken(db, now, value)
      if (identity) return identity
      const until = await countBadCredential(db, { use: 'token', clientAddress, now })
      if (until) throw tooManyAttempts(until, now)
      return undefined
    }
    const session = await resumeSession(db, clock, value)
    return session && toIdentity(session)
  }
}

async function identifyToken(
  db: Database['db'],
  now: Date,
  token: string,
): Promise<Identity | undefined> {
  const row = await findApiToken(db, token, now)
  if (!row) return undefined
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() >= TOUCH_AFTER_MS) {
    await touchApiToken(db, row.organization_id, row.id, now)
  }
  const caller = toCaller({
    kind: 'token',
    id: row.id,
    makerId: row.created_by_id ?? undefined,
    name: row.name,
    organization: row.organization_id,
    slug: row.slug,
    isHome: row.is_home,
    roles: [Role.parse(row.role)],
  })
  return { kind: 'token', caller }
}

/** The caller a session stands for. */
export function toIdentity({ id: sessionId, holder, name, ...session }: PortalSession): Identity {
  const { id, organization } = holder
  const { slug, isHome, roles, csrfToken } = session
  const caller = toCaller({ kind: 'session', id, name, organization, slug, isHome, roles })
  return { kind: 'session', caller, sessionId, csrfToken }
}
