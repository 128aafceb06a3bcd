import type { Provider } from '@mooring/contract/single-sign-on'
import { findConnection } from '../connection/index.ts'
import { findOrganizationBySlug } from '../organizations/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers, OrganizationCall } from '../platform/http/call.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { Texts } from '../platform/texts.ts'
import { checkProvider } from './check-provider.ts'
import { frontChannelLogoutUrl } from './front-channel-logout.ts'
import { FROM_CONNECTION } from './provider.ts'
import { findProvider } from './providers-store.ts'
import { renderReport } from './render-report.ts'
import type { ResolveParts } from './resolve-provider.ts'
import { saveProvider } from './save-provider.ts'

export type ProviderRouteParts = ResolveParts & {
  readonly db: Database['db']
  readonly secrets: Secrets
  readonly clock: Clock
  readonly texts: Texts
}

type Names = 'getSignInOptions' | 'getProvider' | 'putProvider' | 'checkProvider'

/** How people of an organization sign in: looking at it, saving it, checking it. */
export function providerRoutes(parts: ProviderRouteParts): Handlers<Names> {
  const { db, clock } = parts
  return {
    async getSignInOptions({ params }) {
      const organization = await findOrganizationBySlug(db, params.organization)
      if (!organization) {
        throw new ApiError(404, 'organizationUnknown', { values: { slug: params.organization } })
      }
      const { id, slug, name } = organization
      const settings = (await findProvider(db, id))?.settings
      const provider = settings?.enabled ? { kind: settings.kind, label: settings.label } : null
      return { organization: { slug, name }, provider }
    },

    async getProvider(_input, call) {
      return await describe(parts, call)
    },

    async putProvider({ body }, call) {
      await call.demandStepUp()
      const { organization, caller } = call
      await db.transaction().execute(async (tx) => {
        const { note } = await saveProvider(tx, parts.secrets, {
          organization,
          input: body,
          by: caller.name,
          permissions: caller.permissions,
          now: clock.now(),
          publicUrl: parts.publicUrl,
        })
        await call.audit(tx, note)
      })
      return await describe(parts, call)
    },

    async checkProvider(_input, call) {
      const report = await checkProvider(parts, call.organization)
      await call.audit(db, {
        action: 'provider.checked',
        object: { kind: 'provider' },
        details: { failed: report.findings.filter(({ state }) => state === 'failed').length },
      })
      return renderReport(parts.texts, call.language, report)
    },
  }
}

async function describe(
  { db, publicUrl }: ProviderRouteParts,
  { organization, slug }: OrganizationCall,
): Promise<Provider> {
  const stored = await findProvider(db, organization)
  const connection = await findConnection(db, organization)
  const settings = stored?.settings ?? FROM_CONNECTION
  const isConnected = settings.kind === 'entra' && settings.registration.kind === 'connection'
  const ownClientId =
    settings.kind === 'openid'
      ? settings.clientId
      : settings.registration.kind === 'own'
        ? settings.registration.clientId
        : null
  return {
    savedAt: stored?.savedAt.toISOString() ?? null,
    savedBy: stored?.savedBy ?? null,
    settings,
    secret: stored?.secret
      ? { hint: stored.secret.hint, setAt: stored.secret.setAt.toISOString() }
      : null,
    tenantId: connection?.tenantId ?? null,
    clientId: isConnected ? (connection?.clientId ?? null) : ownClientId,
    redirectUri: publicUrl.origin,
    frontChannelLogoutUrl: frontChannelLogoutUrl(publicUrl),
    signInUrl: `${publicUrl.origin}/o/${slug}/sign-in`,
  }
}
