import { createHash } from 'node:crypto'
import type { Person } from '../directory/index.ts'
import { type UserObjectId, userObjectId } from '../entra/ids.ts'
import type { Claims } from '../entra/openid/judge-id-token.ts'
import type { RefusalCode } from './attempt-outcome.ts'
import type { ProviderSettings } from './provider.ts'

/** What the directory knows of whoever signs in. */
export type Account =
  | { readonly kind: 'found'; readonly person: Person }
  /** Nobody of ours; might be created. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly refusal: RefusalCode; readonly person?: Person }

/** Whether a person of ours may come in. */
export function judgePerson(person: Person): Account {
  switch (person.state) {
    case 'active':
      return { kind: 'found', person }
    case 'disabled':
      return { kind: 'refused', refusal: 'personDisabled', person }
    case 'removed':
      return { kind: 'refused', refusal: 'personRemoved', person }
    case 'outside':
      return {
        kind: 'refused',
        refusal: person.stateReason === 'elsewhere' ? 'personElsewhere' : 'personOutside',
        person,
      }
  }
}

/** A claim's text; claims that are no text, empty or endless name nobody. */
export function textClaim(claims: Claims, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  return typeof value === 'string' && value.trim() !== '' && value.length <= 500 ? value : undefined
}

type NameRule = Extract<ProviderSettings, { kind: 'openid' }>['userNameAttribute']

/**
 * The name by which another provider's person is looked up the first time. An address that the provider
 * has not verified is anybody's.
 */
export function readName(claims: Claims, { claim }: NameRule): string | undefined {
  if (claim === 'email' && claims['email_verified'] !== true) return undefined
  return textClaim(claims, claim)
}

/**
 * The object id of somebody whom Entra does not know: made of the provider's name for them, so that it
 * is the same each time and nobody's of Entra's.
 *
 * @see RFC 9562 §5.5, with SHA-256 as §5.8 allows (version 8)
 */
export function objectIdFor(issuer: string, subject: string): UserObjectId {
  const bytes = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest()
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.subarray(0, 16).toString('hex')
  return userObjectId(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))
}

/** A person as claims tell of them, in the words of Graph. Their mail is shown, and used for nothing. */
export function toItem(claims: Claims, userPrincipalName: string): Record<string, unknown> {
  const names = {
    displayName: textClaim(claims, 'name') ?? userPrincipalName,
    givenName: textClaim(claims, 'given_name'),
    surname: textClaim(claims, 'family_name'),
    mail: textClaim(claims, 'email'),
  }
  const known = Object.entries(names).filter(([, value]) => value !== undefined)
  return {
    userPrincipalName,
    accountEnabled: true,
    userType: isGuest(claims, userPrincipalName) ? 'Guest' : 'Member',
    ...Object.fromEntries(known),
  }
}

/**
 * Whether claims tell of somebody from elsewhere. Entra says so by `acct`, which is optional, by the home
 * of the account where that is another, and in the name it gives guests; others have no guests.
 *
 * @see Entra "ID token claims reference" › idp; "Optional claims reference" › acct
 */
function isGuest({ acct, idp, iss }: Claims, userPrincipalName: string): boolean {
  return acct === 1 || (idp !== undefined && idp !== iss) || /#EXT#/i.test(userPrincipalName)
}

/** A person as Entra's token tells of them: whom it does not call a member is treated as a guest. */
export function toEntraItem(claims: Claims, entraId: UserObjectId): Record<string, unknown> {
  const name = textClaim(claims, 'preferred_username') ?? textClaim(claims, 'name') ?? entraId
  const upn = textClaim(claims, 'upn') ?? name
  const isMember = claims['acct'] === 0 && !isGuest(claims, upn)
  return { ...toItem(claims, name), userType: isMember ? 'Member' : 'Guest' }
}
