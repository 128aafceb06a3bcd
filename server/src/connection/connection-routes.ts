import type { TenantId } from '../entra/ids.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { type CheckParts, checkConnection } from './check-connection.ts'
import { findConnection, lockConnection, removeConnection, toContract } from './connection-store.ts'
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

    async putConnection({ body }, { organization, caller }) {
      const saved = await db.transaction().execute(async (tx) => {
        // What is asked next stays true until the connection is saved.
        await lockConnection(tx, organization)
        return await saveConnection(tx, secrets, {
          organization,
          input: body,
          by: caller.name,
          now: clock.now(),
          synchronisedTenant: await parts.synchronisedTenant(tx, organization),
          isSynchronising: await parts.isSynchronising(tx, organization),
          isChosenByGroups: await parts.isChosenByGroups(tx, organization),
        })
      })
      return toContract(saved)
    },

    async deleteConnection({ query }, { organization, slug }) {
      if (query.confirm !== slug) throw new ApiError(409, 'confirmationWrong', { values: { slug } })
      await db.transaction().execute(async (tx) => {
        const connection = await lockConnection(tx, organization)
        if (!connection) throw new ApiError(404, 'connectionMissing')
        if (await parts.isSynchronising(tx, organization)) throw new ApiError(409, 'syncUnderWay')
        await removeConnection(tx, organization)
        await secrets.remove(tx, organization, connection.secretId)
      })
      return undefined
    },

    async checkConnection(_input, { organization, language }) {
      const found = await checkConnection(parts, organization)
      if (!found) throw new ApiError(404, 'connectionMissing')
      return renderFindings(texts, language, found)
    },
  }
}
