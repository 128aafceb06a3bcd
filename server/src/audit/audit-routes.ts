import type { AuditSettingsAnswer } from '@mooring/contract/audit'
import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import {
  findEvent,
  findHead,
  findOldestAt,
  listEvents,
  lockHead,
  saveRetention,
} from './audit-store.ts'
import { exportEvents } from './export-events.ts'
import { toAuditEvent, toAuditVerification } from './render-event.ts'
import { verifyChain } from './verify-chain.ts'

export type AuditRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
}

type Names =
  | 'listAuditEvents'
  | 'getAuditEvent'
  | 'exportAuditEvents'
  | 'verifyAuditEvents'
  | 'getAuditSettings'
  | 'saveAuditSettings'

const EventPlace = z.tuple([z.number().int().positive()])

/** Who did what, to read, to take away, and to prove. */
export function auditRoutes({ db, clock, texts }: AuditRouteParts): Handlers<Names> {
  return {
    async listAuditEvents({ query }, { organization, language }) {
      const { limit, cursor, ...filter } = query
      const before = cursor ? readCursor(cursor, EventPlace)[0] : undefined
      const found = await listEvents(db, organization, filter, { before, limit: limit + 1 })
      return toPage(found, limit, {
        item: (event) => toAuditEvent(event, language),
        key: (event) => [event.number],
      })
    },

    async getAuditEvent({ params }, { organization, language }) {
      const event = await findEvent(db, organization, Number(params.number))
      if (!event) throw new ApiError(404, 'auditEventMissing')
      return toAuditEvent(event, language)
    },

    async exportAuditEvents({ query }, { organization, audit }) {
      const { number: upTo } = await findHead(db, organization)
      // Recorded before the first line leaves: whoever breaks the download off has read what came.
      const asked = Object.entries(query).filter(([, value]) => value !== undefined)
      const details = { ...Object.fromEntries(asked), upTo }
      await db.transaction().execute((tx) => audit(tx, { action: 'audit.exported', details }))
      return exportEvents(db, organization, { filter: query, upTo })
    },

    async verifyAuditEvents(_input, { organization, language, audit }) {
      const found = await verifyChain(db, organization)
      const { checked, from, to, broken } = found
      await db.transaction().execute((tx) =>
        audit(tx, {
          action: 'audit.verified',
          outcome: broken ? 'failed' : 'succeeded',
          details: { checked, from, to, ...(broken ? { ...broken } : {}) },
        }),
      )
      return toAuditVerification(texts, language, { found, now: clock.now() })
    },

    async getAuditSettings(_input, { organization }) {
      return await describeSettings(db, organization)
    },

    async saveAuditSettings({ body }, { organization, demandStepUp, audit }) {
      const before = await findHead(db, organization)
      // What is shortened is gone for good.
      if (body.retentionDays < before.retentionDays) await demandStepUp()
      await db.transaction().execute(async (tx) => {
        const { retentionDays } = await lockHead(tx, organization)
        await saveRetention(tx, organization, body.retentionDays)
        const changes = compareFields({ retentionDays }, body)
        await audit(tx, { action: 'audit.settings-saved', changes })
      })
      return await describeSettings(db, organization)
    },
  }
}

async function describeSettings(
  db: Database['db'],
  organization: OrganizationId,
): Promise<AuditSettingsAnswer> {
  const { retentionDays, anchorNumber } = await findHead(db, organization)
  const oldestAt = await findOldestAt(db, organization)
  return { retentionDays, oldestAt: oldestAt?.toISOString() ?? null, removed: anchorNumber }
}
