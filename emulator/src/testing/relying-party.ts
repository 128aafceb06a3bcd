import { createHash } from 'node:crypto'
import type { Emulator } from '../index.ts'
import { type Answer, requestToken } from './client.ts'
import { type SignInAs, type SignInEnd, signInAs } from './sign-in-as.ts'

export const redirectUri = 'http://app.example/callback'
const verifier = 'a-code-verifier-that-is-at-least-forty-three-characters-long'
const challenge = createHash('sha256').update(verifier).digest('base64url')

/** The URL of a sign-in as a careful app asks for it; undefined takes a parameter away. */
export function authorizeUrl(
  emulator: Emulator,
  changed: Record<string, string | undefined> = {},
  tenant: string = emulator.tenant.id,
): string {
  const url = new URL(`${emulator.url}/${tenant}/oauth2/v2.0/authorize`)
  const all = {
    client_id: emulator.app.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile email offline_access',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changed,
  }
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

type Who = { readonly id: string; readonly userPrincipalName: string }

/** Signs somebody in and gives how it ended. */
export function signIn(
  emulator: Emulator,
  user: Who,
  changed: Record<string, string | undefined> = {},
  options: Partial<SignInAs> = {},
): Promise<SignInEnd> {
  return signInAs(user, { url: authorizeUrl(emulator, changed), emulator, ...options })
}

/** Signs somebody in and gives the code. @throws Error when there is none. */
export async function fetchCode(
  emulator: Emulator,
  user: Who,
  changed: Record<string, string | undefined> = {},
  options: Partial<SignInAs> = {},
): Promise<string> {
  const end = await signIn(emulator, user, changed, options)
  const code = end.kind === 'answer' ? end.fields['code'] : undefined
  if (code === undefined) throw new Error(`no code, but ${JSON.stringify(end)}`)
  return code
}

export function redeem(
  emulator: Emulator,
  code: string,
  changed: Record<string, string | undefined> = {},
): Promise<Answer> {
  return requestToken(emulator, {
    grant_type: 'authorization_code',
    scope: undefined,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changed,
  })
}

export function refresh(
  emulator: Emulator,
  refreshToken: string,
  changed: Record<string, string | undefined> = {},
): Promise<Answer> {
  return requestToken(emulator, {
    grant_type: 'refresh_token',
    scope: undefined,
    refresh_token: refreshToken,
    ...changed,
  })
}

/** Signs somebody in and redeems the code: the whole token answer. */
export async function fetchTokens(
  emulator: Emulator,
  user: Who,
  changed: Record<string, string | undefined> = {},
  options: Partial<SignInAs> = {},
): Promise<Answer['body']> {
  const { body } = await redeem(emulator, await fetchCode(emulator, user, changed, options))
  return body
}
