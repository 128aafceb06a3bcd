import { type Exchange, ns, valueTypes } from './namespaces.ts'

/** How a request proves on whose behalf it comes. */
export type Credential =
  | { readonly kind: 'jwt'; readonly token: string }
  | { readonly kind: 'own'; readonly token: string }
  /** At renewal: a name and no password; the certificate is what counts. */
  | { readonly kind: 'name'; readonly name: string; readonly now: Date }

/** Writes a SOAP request as Windows does: with `:443` in the address, and ids that never change. */
export function writeEnvelope(parts: {
  exchange: Exchange
  to: string
  credential?: Credential | undefined
  /** XML. */
  body: string
}): string {
  const { exchange, credential } = parts
  const security =
    credential === undefined
      ? ''
      : `<wsse:Security s:mustUnderstand="1">${writeCredential(credential)}</wsse:Security>`
  return (
    `<s:Envelope xmlns:s="${ns.soap12}" xmlns:a="${ns.addressing}" xmlns:u="${ns.utility}" ` +
    `xmlns:wsse="${ns.security}" xmlns:wst="${ns.trust}" xmlns:ac="${ns.authorization}">` +
    `<s:Header><a:Action s:mustUnderstand="1">${exchange.action}</a:Action>` +
    `<a:MessageID>${exchange.messageId}</a:MessageID>` +
    `<a:ReplyTo><a:Address>${ns.addressing}/anonymous</a:Address></a:ReplyTo>` +
    `<a:To s:mustUnderstand="1">${escapeXml(withPort(parts.to))}</a:To>${security}</s:Header>` +
    `<s:Body>${parts.body}</s:Body></s:Envelope>`
  )
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Windows names the port even where it is the usual one. */
function withPort(url: string): string {
  return url.replace(/^(https:\/\/[^/:?#]+)(?=[/?#]|$)/i, '$1:443')
}

function writeCredential(credential: Credential): string {
  if (credential.kind === 'name') {
    const expires = new Date(credential.now.getTime() + 5 * 60_000)
    return (
      `<u:Timestamp u:Id="_0"><u:Created>${credential.now.toISOString()}</u:Created>` +
      `<u:Expires>${expires.toISOString()}</u:Expires></u:Timestamp>` +
      '<wsse:UsernameToken u:Id="uuid-2a734df6-b227-4e60-82a8-ed53c574b718-5">' +
      `<wsse:Username>${escapeXml(credential.name)}</wsse:Username>` +
      `<wsse:Password wsse:Type="${valueTypes.passwordText}"></wsse:Password></wsse:UsernameToken>`
    )
  }
  const type = credential.kind === 'jwt' ? valueTypes.jwt : valueTypes.ownToken
  // Attributes with a prefix, as in Microsoft's sample.
  return (
    `<wsse:BinarySecurityToken wsse:ValueType="${type}" wsse:EncodingType="${valueTypes.base64}">` +
    `${Buffer.from(credential.token).toString('base64')}</wsse:BinarySecurityToken>`
  )
}
