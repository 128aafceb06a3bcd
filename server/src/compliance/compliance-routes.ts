import type { ComplianceCheck, ComplianceSettings } from '@mooring/contract/compliance'
import { z } from 'zod'
import { findDevice } from '../devices/index.ts'
import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers, OrganizationCall } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { judgeAgain } from './judge-devices.ts'
import { toDeviceCompliance, toVerdict } from './render-compliance.ts'
import {
  findCompliance,
  holdCompliance,
  type StoredCompliance,
  saveCompliance,
} from './settings-store.ts'
import { countVerdicts, findVerdict, listHistory, listVerdicts } from './verdict-lists-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock; readonly texts: Texts }
type Names =
  | 'getComplianceRules'
  | 'putComplianceRules'
  | 'getComplianceSettings'
  | 'putComplianceSettings'
  | 'getComplianceSummary'
  | 'listComplianceDevices'
  | 'getDeviceCompliance'
  | 'reportDeviceCompliance'

/** What is asked of devices, how they stand, and whether Entra is told. */
export function complianceRoutes({ db, clock, texts }: Parts): Handlers<Names> {
  const show = async (tx: Db, device: string, call: OrganizationCall) => {
    const { organization } = call
    const row = await findVerdict(tx, organization, device)
    if (!row) throw new ApiError(409, 'deviceNotJudged')
    const { rules } = await findCompliance(tx, organization)
    const history = await listHistory(tx, organization, device)
    return toDeviceCompliance(row, { rules, history }, { texts, language: call.language })
  }
  const demandDevice = async (organization: OrganizationId, id: string) => {
    if (!(await findDevice(db, organization, id))) throw new ApiError(404, 'deviceUnknown')
  }
  return {
    async getComplianceRules(_input, { organization }) {
      const { rules } = await findCompliance(db, organization)
      return { rules: [...rules] }
    },

    async putComplianceRules({ body }, call) {
      const { organization, caller } = call
      await call.demandStepUp()
      return await db.transaction().execute(async (tx) => {
        const before = await holdCompliance(tx, organization)
        // Of nothing asked Entra would go on believing what it was told.
        if (body.rules.length === 0 && before.mode === 'on') throw new ApiError(409, 'rulesNeeded')
        const at = clock.now()
        await saveCompliance(tx, organization, { ...before, ...body }, { at, by: caller.name })
        const words = body.rules.map(
          ({ check, graceDays, id }) => `${id}: ${describe(check)}, ${graceDays} d`,
        )
        await call.audit(tx, {
          action: 'compliance.rules-saved',
          details: { rules: words.join(' · ') },
        })
        return body
      })
    },

    async getComplianceSettings(_input, { organization }) {
      return toSettings(await findCompliance(db, organization))
    },

    async putComplianceSettings({ body }, call) {
      const { organization, caller } = call
      await call.demandStepUp()
      return await db.transaction().execute(async (tx) => {
        const before = await holdCompliance(tx, organization)
        if (body.mode === 'on' && before.rules.length === 0) throw new ApiError(409, 'rulesNeeded')
        const at = clock.now()
        await saveCompliance(tx, organization, { ...before, ...body }, { at, by: caller.name })
        await call.audit(tx, {
          action: 'compliance.settings-saved',
          changes: compareFields(toSettings(before), body),
        })
        return body
      })
    },

    async getComplianceSummary(_input, { organization }) {
      return await countVerdicts(db, organization)
    },

    async listComplianceDevices({ query }, { organization }) {
      const { limit, cursor, verdict } = query
      const after = cursor ? readCursor(cursor, z.tuple([z.string()]))[0] : undefined
      const rows = await listVerdicts(db, organization, { verdict, after, limit: limit + 1 })
      return toPage(rows, limit, { item: toVerdict, key: (row) => [row.device_id] })
    },

    async getDeviceCompliance({ params }, call) {
      await demandDevice(call.organization, params.device)
      return await show(db, params.device, call)
    },

    async reportDeviceCompliance({ params }, call) {
      const { organization } = call
      await demandDevice(organization, params.device)
      return await db.transaction().execute(async (tx) => {
        await judgeAgain(tx, organization, { deviceId: params.device, now: clock.now() })
        await call.audit(tx, {
          action: 'compliance.device-reported',
          object: { kind: 'device', id: params.device },
        })
        return await show(tx, params.device, call)
      })
    },
  }
}

const toSettings = ({ mode, paused, untoldCounts }: StoredCompliance): ComplianceSettings => ({
  mode,
  paused,
  untoldCounts,
})

/** `seen days 14`: short, and enough to see what was asked. */
function describe({ kind, ...asked }: ComplianceCheck): string {
  return [kind, ...Object.entries(asked).map((one) => one.join(' '))].join(' ')
}
