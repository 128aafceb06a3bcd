import { z } from 'zod'
import type { GraphOptions } from '../entra/graph/graph-client.ts'
import type { AccessToken } from '../entra/token.ts'
import type { ConnectionClient } from './connection-clients.ts'

/** What trying out a connection brought to light. Judged by `judge-connection.ts`. */
export type Observations = {
  readonly token: { readonly kind: 'token'; readonly token: AccessToken } | Failed
  /** Absent without a token. */
  readonly reads?: Readonly<Record<ReadName, Read>>
  readonly tenantName?: string
}
export type ReadName = 'organization' | 'users' | 'groups' | 'devices'
export type Read = { readonly kind: 'read' } | Failed
type Failed = { readonly kind: 'failed'; readonly error: unknown }

const PROBES: Readonly<Record<ReadName, string>> = {
  organization: '/organization?$select=id,displayName',
  users: '/users?$top=1&$select=id',
  groups: '/groups?$top=1&$select=id',
  devices: '/devices?$top=1&$select=id',
}

/** An administrator is looking on: long waits belong to the synchronisation, not here. */
const PROBE_TIMEOUT_MS = 20_000

/** Gets a fresh token and reads one object of each kind with it. Never throws for what it finds. */
export async function observeConnection(client: ConnectionClient): Promise<Observations> {
  let token: AccessToken
  try {
    token = await client.tokens.freshToken()
  } catch (error) {
    return { token: { kind: 'failed', error } }
  }
  const options: GraphOptions = {
    onlyToken: token,
    priority: 'High',
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  }
  const names = Object.keys(PROBES) as ReadName[] // the keys of PROBES, no others
  let tenantName: string | undefined
  const reads = await Promise.all(
    names.map(async (name): Promise<[ReadName, Read]> => {
      try {
        const answer = await client.graph.get(PROBES[name], options)
        if (name === 'organization') tenantName = readTenantName(answer.json)
        return [name, { kind: 'read' }]
      } catch (error) {
        return [name, { kind: 'failed', error }]
      }
    }),
  )
  return {
    token: { kind: 'token', token },
    reads: Object.fromEntries(reads) as Record<ReadName, Read>, // one entry for each name
    ...(tenantName ? { tenantName } : {}),
  }
}

const Organizations = z.object({ value: z.array(z.object({ displayName: z.string().nullish() })) })

function readTenantName(json: unknown): string | undefined {
  return Organizations.safeParse(json).data?.value[0]?.displayName ?? undefined
}
