/** What Windows asks when it comes for the terms of use. */
export type TermsRequest = {
  /** Where the answer goes; on the allow-list, and otherwise as Windows wrote it. */
  readonly returnTo: string
  readonly apiVersion: string | undefined
  /** Windows' own id of the attempt: a GUID as a rule. */
  readonly requestId: string | undefined
  /** `azureadjoin`: the device becomes the organization's; absent: it stays somebody's own. */
  readonly isJoin: boolean
}

/** Parameters as the query or the form has them. */
export type TermsFields = Readonly<Record<string, unknown>>

/**
 * Reads the request. Names count in any case, unknown ones are left alone, and one that comes twice
 * counts as absent: it could be read in two ways.
 *
 * @param allowed what `isAllowedReturn` knows.
 * @returns `undefined` without an address that may be answered to.
 * @see windows-mdm.md 1.2
 */
export function readTermsRequest(
  fields: TermsFields,
  allowed: readonly string[],
): TermsRequest | undefined {
  const text = (name: string) => findText(fields, name)
  const returnTo = text('redirect_uri')
  if (returnTo === undefined || !isAllowedReturn(returnTo, allowed)) return undefined
  const requestId = text('client-request-id')
  return {
    returnTo,
    apiVersion: text('api-version'),
    requestId: requestId && /^[\w.{}-]{1,64}$/.test(requestId) ? requestId : undefined,
    isJoin: text('mode')?.toLowerCase() === 'azureadjoin',
  }
}

function findText(fields: TermsFields, wanted: string): string | undefined {
  const found = Object.entries(fields).filter(([name]) => name.toLowerCase() === wanted)
  const [, value] = found.length === 1 ? (found[0] ?? []) : []
  return typeof value === 'string' && value.length <= 2000 ? value : undefined
}

/** The broker's own addresses, in every cloud. */
export const BROKER_RETURNS = [
  'ms-appx-web://Microsoft.AAD.BrokerPlugin',
  'ms-aadj-redir://auth/mdm',
]

/**
 * Whether an answer may go there: to one of the allowed addresses or below it. Scheme and host count in
 * any case. Characters that one reader takes for another, and people's names before the host, are refused.
 *
 * @param allowed without a slash at the end.
 * @see windows-mdm.md 1.4
 */
export function isAllowedReturn(address: string, allowed: readonly string[]): boolean {
  if (!/^[\x21-\x7e]+$/.test(address) || /[\\@#<>"'`]/.test(address)) return false
  const [path = ''] = address.split('?', 1)
  // `..` would climb out of what is allowed; and a query says nothing of where it goes.
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) return false
  const lower = path.toLowerCase()
  return allowed.some((entry) => {
    const base = entry.toLowerCase()
    return lower === base || lower.startsWith(`${base}/`)
  })
}
