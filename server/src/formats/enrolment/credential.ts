import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from '../xml/xml-element.ts'

/** What a device shows in `wsse:Security`. */
export type SoapCredential =
  /** Decoded. Whether it is Entra's or ours shows in the text: clients mix the value types up. */
  | { readonly kind: 'token'; readonly token: string }
  /** A password, which is never looked at and never logged. */
  | { readonly kind: 'password' }
  | { readonly kind: 'certificate' }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed' }

/** Base64, in any of its spellings, with white space in it. */
export function decodeBase64(text: string): Buffer | undefined {
  const plain = text.replace(/\s+/g, '')
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(plain) ? Buffer.from(plain, 'base64') : undefined
}

/** Reads what a device shows to prove for whom it asks. @see windows-mdm.md 4.1 */
export function readCredential(security: XmlElement | undefined): SoapCredential {
  if (!security) return { kind: 'none' }
  const [token, second] = childrenOf(security, 'BinarySecurityToken')
  if (second) return { kind: 'malformed' }
  if (!token) return { kind: childOf(security, 'UsernameToken') ? 'password' : 'none' }
  if (attributeOf(token, 'ValueType')?.includes('X509')) return { kind: 'certificate' }
  const bytes = decodeBase64(textOf(token) ?? '')
  const text = bytes?.toString('utf8').trim()
  // Tokens are printable ASCII; anything else is no token of anybody's.
  return text && /^[\x21-\x7e]+$/.test(text)
    ? { kind: 'token', token: text }
    : { kind: 'malformed' }
}

/** Whether a token has the form of a JWT: three parts and an object for a header. */
export function looksLikeJwt(token: string): boolean {
  const parts = token.split('.')
  return parts.length === 3 && parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))
}
