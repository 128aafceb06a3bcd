import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { DAY_MS } from './judge-wipe.ts'
import { toGuard } from './render-wipe.ts'
import { demandOld, demandSession } from './who-may-wipe.ts'
import { findGuard, holdingGuard, NOBODY_ASKED, saveGuard } from './wipes-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }
type Names = 'getWipeGuard' | 'putWipeLimits' | 'freezeWipes' | 'thawWipes'

/** How much may be taken from devices; freeze everything, and let it go on again. */
export function wipeGuardRoutes({ db, clock }: Parts): Handlers<Names> {
  return {
    async getWipeGuard(_input, { organization }) {
      return toGuard(await findGuard(db, organization))
    },

    async putWipeLimits({ body }, call) {
      const { organization } = call
      demandSession(call)
      await call.demandStepUp()
      return await holdingGuard(db, organization, async (tx, guard) => {
        const change = {
          per_person_hour: body.perPersonHour,
          per_day: body.perDay,
          hold_minutes: body.holdMinutes,
        }
        await saveGuard(tx, organization, change)
        await call.audit(tx, {
          action: 'wipe-guard.limits-saved',
          details: { ...body },
        })
        return toGuard({ ...guard, ...change })
      })
    },

    async freezeWipes(_input, { organization, caller, audit }) {
      return await holdingGuard(db, organization, async (tx, guard) => {
        const change = {
          frozen_at: guard.frozen_at ?? clock.now(),
          frozen_by: guard.frozen_by ?? caller.name,
          ...NOBODY_ASKED,
        }
        await saveGuard(tx, organization, change)
        await audit(tx, { action: 'wipe-guard.frozen' })
        return toGuard({ ...guard, ...change })
      })
    },

    async thawWipes(_input, call) {
      const { organization, caller } = call
      demandSession(call)
      await call.demandStepUp()
      return await holdingGuard(db, organization, async (tx, guard) => {
        if (!guard.frozen_at) throw new ApiError(409, 'wipesNotFrozen')
        const now = clock.now()
        await demandOld(tx, organization, { person: caller.id, now })
        const isFresh =
          guard.thaw_asked_at && now.getTime() - guard.thaw_asked_at.getTime() < DAY_MS
        const isSecond = isFresh && guard.thaw_asked_by !== caller.id
        const change = isSecond
          ? { frozen_at: null, frozen_by: null, ...NOBODY_ASKED }
          : { thaw_asked_at: now, thaw_asked_by: caller.id, thaw_asked_name: caller.name }
        await saveGuard(tx, organization, change)
        await call.audit(tx, {
          action: isSecond ? 'wipe-guard.thawed' : 'wipe-guard.thaw-asked',
        })
        return toGuard({ ...guard, ...change })
      })
    },
  }
}
