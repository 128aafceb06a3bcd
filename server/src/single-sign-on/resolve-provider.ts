import { createHash } from 'node:crypto'
import { findConnection, openCredential } from '../connection/index.ts'
import type { Cloud } from '../entra/clouds.ts'
import type { HttpClient } from '../entra/http-client.ts'
import type { TenantId } from '../entra/ids.ts'
import { entraServer, type OpenIdServer } from '../entra/openid/openid-server.ts'
import type { OpenIdClient } from '../entra/openid/redeem-code.ts'
import type { SigningKeys } from '../entra/openid/signing-keys.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { ServerFinder } from './find-server.ts'
import { FROM_CONNECTION, type ProviderSettings, SIGN_IN_SECRET_PURPOSE } from './provider.ts'
import { findProvider } from './providers-store.ts'

/** How a kind of provider is reached: Entra's hosts come from the configuration, others from people. */
export type Reach = { readonly http: HttpClient; readonly keys: SigningKeys }

export type ResolveParts = {
  readonly db: Db
  readonly secrets: Pick<Secrets, 'open'>
  readonly cloud: Cloud
  readonly publicUrl: URL
  readonly entra: Reach
  readonly others: Reach
  readonly servers: ServerFinder
}

/** A provider with everything a sign-in needs. */
export type ResolvedProvider = {
  readonly settings: ProviderSettings
  readonly server: OpenIdServer
  readonly client: OpenIdClient
  readonly scopes: readonly string[]
  /** Entra only: whose people may come. */
  readonly tenantId: TenantId | undefined
  readonly reach: Reach
  /** Changes with anything that decides whose answer counts. */
  readonly hash: string
}

/**
 * Puts together whom the organization's people sign in with, as it is saved now.
 *
 * @returns `undefined` where it rests on a connection, and there is none.
 * @throws {NetworkError} {DiscoveryRefused} when another provider's discovery document is not to be had.
 */
export async function resolveProvider(
  parts: ResolveParts,
  organization: OrganizationId,
): Promise<ResolvedProvider | undefined> {
  const stored = await findProvider(parts.db, organization)
  const settings = stored?.settings ?? FROM_CONNECTION
  const open = async () =>
    stored?.secret &&
    (await parts.secrets.open(parts.db, organization, stored.secret.id, SIGN_IN_SECRET_PURPOSE))
  return settings.kind === 'entra'
    ? await resolveEntra(parts, organization, settings, open)
    : await resolveOther(parts, settings, open)
}

type Opener = () => Promise<string | undefined>

async function resolveEntra(
  parts: ResolveParts,
  organization: OrganizationId,
  settings: Extract<ProviderSettings, { kind: 'entra' }>,
  open: Opener,
): Promise<ResolvedProvider | undefined> {
  const connection = await findConnection(parts.db, organization)
  if (!connection) return undefined
  const { registration } = settings
  const isOwn = registration.kind === 'own'
  return complete(parts, {
    settings,
    server: entraServer(parts.cloud, connection.tenantId),
    clientId: isOwn ? registration.clientId : connection.clientId,
    secret: isOwn
      ? await open()
      : await openCredential(parts.db, parts.secrets, organization, connection),
    // `profile` is what brings `oid` and `tid`. No Graph scope, and nothing that outlives the sign-in.
    scopes: ['openid', 'profile'],
    tenantId: connection.tenantId,
    reach: parts.entra,
  })
}

async function resolveOther(
  parts: ResolveParts,
  settings: Extract<ProviderSettings, { kind: 'openid' }>,
  open: Opener,
): Promise<ResolvedProvider> {
  return complete(parts, {
    settings,
    server: await parts.servers.find(settings.endpoints),
    clientId: settings.clientId,
    secret: await open(),
    scopes: [...new Set(['openid', ...settings.scopes])],
    tenantId: undefined,
    reach: parts.others,
  })
}

type Pieces = Omit<ResolvedProvider, 'client' | 'hash'> & {
  readonly clientId: string
  readonly secret: string | undefined
}

function complete({ publicUrl }: ResolveParts, pieces: Pieces): ResolvedProvider {
  const { clientId, secret, ...rest } = pieces
  // Exactly as the guide prints it: without a slash at the end.
  const client = { clientId, secret, redirectUri: publicUrl.origin }
  const decisive = [rest.server, clientId, rest.tenantId, publicUrl.origin]
  const hash = createHash('sha256').update(JSON.stringify(decisive)).digest('base64url')
  return { ...rest, client, hash }
}
