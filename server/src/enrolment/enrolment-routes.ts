import type { Enrolment } from '@mooring/contract/enrolment'
import { z } from 'zod'
import { listNewest, type StoredCertificate } from '../certificates/index.ts'
import { type DeviceRow, listDevices } from '../devices/index.ts'
import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { Texts } from '../platform/texts.ts'
import { findAttempt, listAttempts } from './attempts-store.ts'
import { toAttempt } from './render-attempt.ts'
import { findRules, type StoredRules, saveRules } from './settings-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock; readonly texts: Texts }
type Names =
  | 'listEnrolments'
  | 'listEnrolmentAttempts'
  | 'getEnrolmentAttempt'
  | 'getEnrolmentSettings'
  | 'putEnrolmentSettings'

const NameAndId = z.tuple([z.string(), z.string()])

/** Look at enrolments and attempts, and say who may enrol. */
export function enrolmentRoutes({ db, clock, texts }: Parts): Handlers<Names> {
  return {
    async listEnrolments({ query }, { organization }) {
      const { limit, cursor } = query
      const [name, id] = cursor ? readCursor(cursor, NameAndId) : []
      const after = name === undefined || id === undefined ? undefined : { key: name, id }
      const now = clock.now()
      const rows = await listDevices(db, organization, {
        filter: {},
        sort: 'name',
        descending: false,
        after,
        limit: limit + 1,
        now,
        total: undefined,
      })
      const page = toPage(rows, limit, {
        item: (row) => row,
        key: (row) => [row.sort_name, row.id],
      })
      const ids = page.items.map(({ id }) => id)
      const newest = new Map(
        (await listNewest(db, organization, ids)).map((one) => [one.deviceId, one]),
      )
      const items = page.items.map((row) => toEnrolment(row, newest.get(row.id), now))
      return { items, nextCursor: page.nextCursor }
    },

    async listEnrolmentAttempts({ query }, { organization, language }) {
      const { limit, cursor, ...filter } = query
      const [at, id] = cursor ? readCursor(cursor, TimeAndId) : []
      const after =
        at === undefined || id === undefined ? undefined : { startedAt: new Date(at), id }
      const rows = await listAttempts(db, organization, { ...filter, after, limit: limit + 1 })
      return toPage(rows, limit, {
        item: (row) => toAttempt(row, { texts, language }),
        key: (row) => [row.started_at.toISOString(), row.id],
      })
    },

    async getEnrolmentAttempt({ params }, { organization, language }) {
      const row = await findAttempt(db, organization, params.attempt)
      if (!row) throw new ApiError(404, 'enrolmentAttemptUnknown')
      return toAttempt(row, { texts, language })
    },

    async getEnrolmentSettings(_input, { organization }) {
      return toSettings(await findRules(db, organization))
    },

    async putEnrolmentSettings({ body }, { organization, caller, demandStepUp, audit }) {
      await demandStepUp()
      const saved = { rules: body, at: clock.now(), by: caller.name }
      return await db.transaction().execute(async (tx) => {
        const before = await findRules(tx, organization)
        await saveRules(tx, organization, saved)
        const changes = compareFields(before.rules, body)
        await audit(tx, { action: 'enrolment-settings.saved', changes })
        return toSettings({ rules: body, saved })
      })
    },
  }
}

function toSettings({ rules, saved }: StoredRules) {
  return { ...rules, updatedAt: saved?.at.toISOString() ?? null, updatedBy: saved?.by ?? null }
}

function toEnrolment(
  row: DeviceRow,
  certificate: StoredCertificate | undefined,
  now: Date,
): Enrolment {
  return {
    device: { id: row.id, name: row.name },
    state: row.state,
    ownership: row.ownership,
    enrolledAt: row.enrolled_at.toISOString(),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    certificate: certificate
      ? {
          id: certificate.id,
          serialNumber: certificate.serialNumber,
          fingerprint: certificate.fingerprint,
          notBefore: certificate.notBefore.toISOString(),
          notAfter: certificate.notAfter.toISOString(),
          state: stateOf(certificate, now),
        }
      : null,
  }
}

function stateOf({ revokedAt, notAfter }: StoredCertificate, now: Date) {
  if (revokedAt) return 'revoked'
  return notAfter <= now ? 'expired' : 'valid'
}
