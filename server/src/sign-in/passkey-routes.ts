import { loadHomeOrganization } from '../organizations/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Handlers } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import { type Administrator, toHolder } from './administrator.ts'
import { findAdministrator, saveLastSignIn } from './administrators-store.ts'
import { checkNewPasskey, checkPasskey } from './check-passkey.ts'
import { browserCookieName, rememberBrowser } from './known-browser.ts'
import { toOwnAdministrator, toOwnSession } from './own-session.ts'
import { offerNewPasskey, offerPasskeyProof, toContract } from './passkey.ts'
import type { ChallengePlace } from './passkey-challenges-store.ts'
import { addPasskey, listPasskeys, removePasskey } from './passkeys-store.ts'
import { proveStepUp } from './prove-step-up.ts'
import { beginSession } from './session.ts'
import { type SignInParts, startLocalSession } from './session-routes.ts'
import { auditAs, auditRefusedSignIn, toSignInNote } from './sign-in-notes.ts'
import { loadOpenStepUp, loadStepUp, setRenewedCookie, tell } from './step-up-routes.ts'
import { ADDRESS_LIMITS } from './throttle.ts'
import { countOffer } from './throttle-credentials.ts'
import { addressKey, admitTry } from './throttle-sign-in.ts'
import { forgiveAttempt } from './throttles-store.ts'
import { tooManyAttempts } from './too-many-attempts.ts'

type OwnNames = 'offerPasskey' | 'addPasskey' | 'removePasskey'
type SignInNames = 'offerPasskeySignIn' | 'signInWithPasskey'
type StepUpNames = 'offerPasskeyStepUp' | 'stepUpWithPasskey'

/** More than anybody carries, and few enough to be looked through. */
const MAX_PASSKEYS = 10

/** One's own passkeys: made and removed. */
export function ownPasskeyRoutes(parts: SignInParts): Handlers<OwnNames> {
  const { db, clock } = parts
  return {
    async offerPasskey(_input, call) {
      const own = toOwnAdministrator(call)
      const administrator = await loadOwn(parts, own)
      const known = await listPasskeys(db, own)
      if (known.length >= MAX_PASSKEYS) throw new ApiError(409, 'passkeysTooMany')
      await call.demandStepUp()
      const given = { place: registration(own), known, now: clock.now() }
      return { ...(await offerNewPasskey(parts, administrator, given)) }
    },

    async addPasskey({ body }, call) {
      const own = toOwnAdministrator(call)
      const now = clock.now()
      const shown = { response: body.response, place: registration(own), now }
      const made = await checkNewPasskey(parts, shown)
      if (!made) throw new ApiError(409, 'passkeyRefused')
      const row = {
        ...made,
        organization_id: own.organization,
        id: newId('pky'),
        administrator_id: own.id,
        name: body.name,
        created_at: now,
        last_used_at: null,
      }
      await db.transaction().execute(async (tx) => {
        if (!(await addPasskey(tx, row))) throw new ApiError(409, 'passkeyRefused')
        const object = { kind: 'passkey', id: row.id, name: row.name }
        await call.audit(tx, { action: 'second-factor.added', object })
      })
      call.log.info({ administrator: own.id, passkey: row.id }, 'a passkey was added')
      return toContract(row)
    },

    async removePasskey({ params }, call) {
      const own = toOwnAdministrator(call)
      await call.demandStepUp()
      await db.transaction().execute(async (tx) => {
        if (!(await removePasskey(tx, own, params.passkey))) {
          throw new ApiError(404, 'passkeyUnknown')
        }
        const object = { kind: 'passkey', id: params.passkey }
        await call.audit(tx, { action: 'second-factor.removed', object })
      })
      call.log.info({ administrator: own.id, passkey: params.passkey }, 'a passkey was removed')
      return undefined
    },
  }
}

/** Signs local administrators in with a passkey, which is two factors in one. */
export function passkeySignInRoutes(parts: SignInParts): Handlers<SignInNames> {
  const { db, clock } = parts
  return {
    async offerPasskeySignIn(_input, { clientAddress }) {
      const now = clock.now()
      const until = await countOffer(db, { clientAddress, now })
      if (until) throw tooManyAttempts(until, now)
      const place = await signInPlace(parts)
      return { ...(await offerPasskeyProof(parts, { place, known: [], now })) }
    },

    async signInWithPasskey({ body }, call) {
      const { clientAddress, userAgent, log } = call
      const now = clock.now()
      const place = await signInPlace(parts)
      // A count of its own: guessed passwords keep nobody from showing a passkey.
      const key = addressKey('passkey', clientAddress)
      const keys = [{ key, limits: ADDRESS_LIMITS }]
      const until = await admitTry(db, place.organization, { keys, now })
      if (until) throw tooManyAttempts(until, now)

      const passkey = await checkPasskey(parts, { response: body.response, place, now })
      const administrator =
        passkey && (await findAdministrator(db, passkey.organization_id, passkey.administrator_id))
      if (!administrator) {
        log.info('a sign-in with a passkey was refused')
        await auditRefusedSignIn(db, call, { code: 'passkeyRefused' })
        throw new ApiError(401, 'passkeyRefused')
      }
      const before = call.cookies.get(browserCookieName(parts.publicUrl))
      const begun = await db.transaction().execute(async (tx) => {
        await forgiveAttempt(tx, place.organization, key)
        await saveLastSignIn(tx, administrator, now)
        const start = { now, way: 'passkey', clientAddress, userAgent } as const
        const { token } = await beginSession(tx, toHolder(administrator), start)
        const browser = await rememberBrowser(tx, administrator, { before, now })
        const note = await toSignInNote(parts, tx, { administrator, way: 'passkey' })
        await auditAs(tx, call, { note, administrator })
        return { token, browser }
      })
      return await startLocalSession(parts, call, begun)
    },
  }
}

/** Proves a step-up with a passkey. */
export function passkeyStepUpRoutes(parts: SignInParts): Handlers<StepUpNames> {
  const { db, clock } = parts
  return {
    async offerPasskeyStepUp({ params }, call) {
      const own = toOwnAdministrator(call)
      const stepUp = await loadOpenStepUp(parts, toOwnSession(call), params.stepUp)
      const known = await listPasskeys(db, own)
      // Without any of theirs, the browser would offer those of others.
      if (known.length === 0) throw new ApiError(404, 'passkeyUnknown')
      const place = stepUpPlace(own, stepUp.id)
      return { ...(await offerPasskeyProof(parts, { place, known, now: clock.now() })) }
    },

    async stepUpWithPasskey({ params, body }, call) {
      const own = toOwnAdministrator(call)
      const session = toOwnSession(call)
      const stepUp = await loadOpenStepUp(parts, session, params.stepUp)
      const now = clock.now()
      const place = stepUpPlace(own, stepUp.id)
      const passkey = await checkPasskey(parts, { response: body.response, place, now })
      const isTheirs =
        passkey?.organization_id === own.organization && passkey.administrator_id === own.id
      if (!isTheirs) {
        call.log.info({ stepUp: stepUp.id }, 'a step-up with a passkey was refused')
        throw new ApiError(403, 'passkeyRefused')
      }
      const key = { organization: own.organization, session: session.id, stepUp: stepUp.id }
      const renewed = await db
        .transaction()
        .execute((tx) => proveStepUp(tx, { ...key, by: 'passkey', now }))
      if (!renewed) throw new ApiError(409, 'stepUpOver')
      setRenewedCookie(parts, call, renewed)
      return await tell(parts, call, await loadStepUp(parts, session, stepUp.id))
    },
  }
}

type Own = ReturnType<typeof toOwnAdministrator>

async function loadOwn({ db }: SignInParts, own: Own): Promise<Administrator> {
  const administrator = await findAdministrator(db, own.organization, own.id)
  if (!administrator) throw new ApiError(404, 'administratorUnknown')
  return administrator
}

const registration = ({ organization, session }: Own): ChallengePlace => ({
  organization,
  purpose: 'registration',
  boundTo: session,
})

const stepUpPlace = ({ organization }: Own, stepUp: string): ChallengePlace => ({
  organization,
  purpose: 'stepUp',
  boundTo: stepUp,
})

/** Nobody knows yet who will answer, nor in which organization. */
async function signInPlace({ db }: SignInParts): Promise<ChallengePlace> {
  return { organization: (await loadHomeOrganization(db)).id, purpose: 'signIn', boundTo: '' }
}
