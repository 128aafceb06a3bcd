import type { Cloud } from '../entra/clouds.ts'

type Consent = {
  readonly cloud: Cloud
  readonly tenantId: string
  readonly clientId: string
  readonly publicUrl: URL
  /** The organization's slug, so that the way back leads to its guide. */
  readonly slug: string
}

/**
 * The link by which an administrator grants all permissions that the application lists, with one
 * click and without signing in to Mooring. Entra leads back to the server's bare URL with
 * `admin_consent=True&tenant=…&state=…`, or with `error` and `error_description`.
 *
 * @see Entra "Grant tenant-wide admin consent to an application" › Construct the URL
 */
export function consentUrl({ cloud, tenantId, clientId, publicUrl, slug }: Consent): string {
  const url = new URL(`${cloud.authorityUrl}/${tenantId}/adminconsent`)
  url.search = new URLSearchParams({
    client_id: clientId,
    // Exactly as it is registered: without a slash at the end.
    redirect_uri: publicUrl.origin,
    // Tells this return from that of a sign-in; it opens nothing, so it need not be a secret.
    state: `consent.${slug}`,
  }).toString()
  return url.href
}
