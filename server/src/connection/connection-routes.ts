import type { ConnectionInput } from '@mooring/contract/connection'
import type { TenantId } from '../entra/ids.ts'
import { ApiError } from '../platform/api-error.ts'
import { compareFields, SECRET } from '../platform/audit-note.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { type CheckParts, checkConnection } from './check-connection.ts'
import {
  findConnection,
  lockConnection,
  removeConnection,
  type StoredConnection,
  toContract,
} from './connection-store.ts'
import { overallState } from './finding.ts'
import { renderFindings } from './render-findings.ts'
import { saveConnection } from './save-connection.ts'
import type { SecretBox } from './secret-box.ts'

export type ConnectionRouteParts = CheckParts & {
  readonly db: Database['db']
  readonly secrets: SecretBox
  readonly texts: Texts
  /** The tenant whose people and groups an organization holds; the directory above knows. */
  readonly synchronisedTenant: (
    tx: Db,
    organization: OrganizationId,
  ) => Promise<TenantId | undefined>
  /** Whether a synchronisation is under way, which still needs the connection. */
  readonly isSynchronising: (tx: Db, organization: OrganizationId) => Promise<boolean>
  /** Whether groups decide who is synchronised; the directory above knows. */
  readonly isChosenByGroups: (tx: Db, organization: OrganizationId) => Promise<boolean>
}

type Names = 'getConnection' | 'putConnection' | 'deleteConnection' | 'checkConnection'

/** Save, look at, check and remove an organization's connection to Entra ID. */
export function connectionRoutes(parts: ConnectionRouteParts): Handlers<Names> {
  const { db, secrets, texts, clock } = parts
  return {
    async getConnection(_input, { organization }) {
      const connection = await findConnection(db, organization)
      if (!connection) throw new ApiError(404, 'connectionMissing')
      return toContract(connection)
    },

    async putConnection({ body }, { organization, caller, demandStepUp, audit }) {
      const isProven = isDangerous(await findConnection(db, organization), body)
      if (isProven) await demandStepUp()
      const saved = await db.transaction().execute(async (tx) => {
        // What is asked next stays true until the connection is saved.
        const before = await lockConnection(tx, organization)
        // Somebody else connected the organization in between.
        if (!isProven && isDangerous(before, body)) throw new ApiError(403, 'stepUpNeeded')
        const after = await saveConnection(tx, secrets, {
          organization,
          input: body,
          by: caller.name,
          now: clock.now(),
          synchronisedTenant: await parts.synchronisedTenant(tx, organization),
          isSynchronising: await parts.isSynchronising(tx, organization),
          isChosenByGroups: await parts.isChosenByGroups(tx, organization),
        })
        await audit(tx, {
          action: 'connection.saved',
          object: OBJECT,
          changes: compareFields(toRecorded(before), toRecorded(after)),
        })
        if (before?.secretId !== after.secretId) {
          await audit(tx, {
            action: 'connection.secret-replaced',
            object: OBJECT,
            changes: [{ field: 'credential', before: before ? SECRET : null, after: SECRET }],
            details: { hint: after.credentialHint },
          })
        }
        return after
      })
      return toContract(saved)
    },

    async deleteConnection({ query }, { organization, slug, demandStepUp, audit }) {
      if (query.confirm !== slug) throw new ApiError(409, 'confirmationWrong', { values: { slug } })
      if (!(await findConnection(db, organization))) throw new ApiError(404, 'connectionMissing')
      await demandStepUp()
      await db.transaction().execute(async (tx) => {
        const connection = await lockConnection(tx, organization)
        if (!connection) throw new ApiError(404, 'connectionMissing')
        if (await parts.isSynchronising(tx, organization)) throw new ApiError(409, 'syncUnderWay')
        await removeConnection(tx, organization)
        await secrets.remove(tx, organization, connection.secretId)
        await audit(tx, {
          action: 'connection.removed',
          object: OBJECT,
          changes: compareFields(toRecorded(connection), undefined),
        })
      })
      return undefined
    },

    async checkConnection(_input, { organization, language, audit }) {
      const found = await checkConnection(parts, organization)
      if (!found) throw new ApiError(404, 'connectionMissing')
      const state = overallState(found.findings)
      const outcome = state === 'failed' ? 'failed' : 'succeeded'
      await db
        .transaction()
        .execute((tx) =>
          audit(tx, { action: 'connection.checked', object: OBJECT, outcome, details: { state } }),
        )
      return renderFindings(texts, language, found)
    },
  }
}

const OBJECT = { kind: 'connection' } as const

/** Whether saving this takes over a connection that is there: its secret, its tenant or its application. */
function isDangerous(before: StoredConnection | undefined, input: ConnectionInput): boolean {
  if (!before) return false
  const { tenantId, clientId, credential } = input
  return credential !== undefined || tenantId !== before.tenantId || clientId !== before.clientId
}

/** What records tell of a connection: what an administrator fills in, but never the secret. */
function toRecorded(connection: StoredConnection | undefined): object | undefined {
  if (!connection) return undefined
  const { tenantId, clientId, credentialKind, credentialExpiresAt } = connection
  const { syncUsers, syncGroups } = connection
  return { tenantId, clientId, credentialKind, credentialExpiresAt, syncUsers, syncGroups }
}
