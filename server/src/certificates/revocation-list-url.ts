/** Where a list of revoked certificates is, below the public URL. */
export const REVOCATION_LIST_PATH = '/crl/:file'

/** The same as it stands in certificates. */
export const revocationListUrl = (publicUrl: URL, authorityId: string): string =>
  new URL(`/crl/${authorityId}.crl`, publicUrl).href
