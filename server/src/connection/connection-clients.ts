import type { Cloud } from '../entra/clouds.ts'
import {
  createGraphClient,
  type GraphClient,
  type GraphMeter,
} from '../entra/graph/graph-client.ts'
import type { HttpClient } from '../entra/http-client.ts'
import { createTokenSource, type TokenSource } from '../entra/token-source.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findConnection, type StoredConnection } from './connection-store.ts'
import { openCredential, type SecretBox } from './secret-box.ts'

/** What talks to one organization's tenant, with the credential that is saved now. */
export type ConnectionClient = {
  readonly connection: StoredConnection
  readonly graph: GraphClient
  readonly tokens: TokenSource
}

/** Hands out the client of an organization; the token is kept between calls. */
export type ConnectionClients = {
  /** @returns `undefined` when the organization has no connection. */
  find(organization: OrganizationId): Promise<ConnectionClient | undefined>
}

export type ClientParts = {
  readonly db: Db
  readonly secrets: SecretBox
  readonly http: HttpClient
  readonly clock: Clock
  readonly cloud: Cloud
  readonly chance: () => number
  readonly meter?: GraphMeter
}

/**
 * Every call looks at the saved connection (one indexed read): a secret that another process has
 * just replaced is used from the next request on, and a removed connection gives no client.
 */
export function createConnectionClients(parts: ClientParts): ConnectionClients {
  const kept = new Map<OrganizationId, { key: string; tokens: TokenSource; graph: GraphClient }>()
  return {
    async find(organization) {
      const connection = await findConnection(parts.db, organization)
      if (!connection) {
        kept.delete(organization)
        return undefined
      }
      const key = `${connection.tenantId}/${connection.clientId}/${connection.secretId}`
      let client = kept.get(organization)
      if (client?.key !== key) {
        client = { key, ...(await connect(parts, organization, connection)) }
        kept.set(organization, client)
      }
      return { connection, graph: client.graph, tokens: client.tokens }
    },
  }
}

async function connect(
  parts: ClientParts,
  organization: OrganizationId,
  connection: StoredConnection,
) {
  const value = await openCredential(parts.db, parts.secrets, organization, connection)
  const { http, clock, cloud, chance, meter } = parts
  const tokens = createTokenSource(http, clock, {
    cloud,
    tenantId: connection.tenantId,
    clientId: connection.clientId,
    credential: { kind: 'secret', value },
  })
  return {
    tokens,
    graph: createGraphClient({ http, clock, cloud, tokens, chance, ...(meter ? { meter } : {}) }),
  }
}
