import { ApiError } from '../platform/api-error.ts'
import type { Handlers } from '../platform/http/call.ts'
import { randomToken } from '../platform/ids.ts'
import { findAdministrator } from './administrators-store.ts'
import { TOTP_PURPOSE } from './check-totp.ts'
import { toOwnAdministrator } from './own-session.ts'
import type { SignInParts } from './session-routes.ts'
import { findTotpStep, toTotpSecret, toTotpUri } from './totp.ts'
import { findTotp, removeTotp, saveTotpConfirmation, saveTotpOffer } from './totps-store.ts'

type Names = 'offerTotp' | 'confirmTotp' | 'removeTotp'

/** RFC 4226 §4 recommends 160 bits. */
const SECRET_BYTES = 20
/** An offer that was left lying is not confirmed any more. */
const OFFER_MS = 30 * 60_000

/** One's own authenticator app: offered, in force from the first right code on, given up. */
export function totpRoutes({ db, clock, secrets }: SignInParts): Handlers<Names> {
  return {
    async offerTotp(_input, call) {
      const own = toOwnAdministrator(call)
      const before = await findTotp(db, own)
      if (before?.confirmed_at) throw new ApiError(409, 'totpInForce')
      await call.demandStepUp()
      const secret = toTotpSecret(Buffer.from(randomToken(SECRET_BYTES), 'base64url'))
      await db.transaction().execute(async (tx) => {
        const secretId = await secrets.seal(tx, own.organization, TOTP_PURPOSE, secret)
        const offer = { secretId, now: clock.now() }
        if (!(await saveTotpOffer(tx, own, offer))) throw new ApiError(409, 'totpInForce')
        if (before) await secrets.remove(tx, own.organization, before.secret_id)
      })
      const email = (await findAdministrator(db, own.organization, own.id))?.email ?? ''
      return { secret, uri: toTotpUri(secret, email) }
    },

    async confirmTotp({ body }, call) {
      const own = toOwnAdministrator(call)
      const now = clock.now()
      const totp = await findTotp(db, own)
      if (!totp || totp.confirmed_at || totp.offered_at.getTime() + OFFER_MS <= now.getTime()) {
        throw new ApiError(409, 'totpNotOffered')
      }
      const { secret_id: secretId } = totp
      const secret = await secrets.open(db, own.organization, secretId, TOTP_PURPOSE)
      const step = findTotpStep(secret, body.code, now)
      if (step === undefined) {
        throw new ApiError(422, 'totpCodeWrong', {
          fields: [{ path: 'code', message: 'totpCodeWrong' }],
        })
      }
      await db.transaction().execute(async (tx) => {
        if (!(await saveTotpConfirmation(tx, own, { secretId, step, now }))) {
          throw new ApiError(409, 'totpNotOffered')
        }
        await call.audit(tx, { action: 'second-factor.added', object: { kind: 'totp' } })
      })
      call.log.info({ administrator: own.id }, 'an authenticator app is in force')
      return undefined
    },

    async removeTotp(_input, call) {
      const own = toOwnAdministrator(call)
      await call.demandStepUp()
      await db.transaction().execute(async (tx) => {
        const secretId = await removeTotp(tx, own)
        if (secretId) await secrets.remove(tx, own.organization, secretId)
        await call.audit(tx, { action: 'second-factor.removed', object: { kind: 'totp' } })
      })
      call.log.info({ administrator: own.id }, 'an authenticator app was given up')
      return undefined
    },
  }
}
