import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import { z } from 'zod'
import { ALGORITHMS, type PasskeyParts, toRpId, toUserHandle } from './passkey.ts'
import { type ChallengePlace, takeChallenge } from './passkey-challenges-store.ts'
import { findPasskey, type PasskeyRow, savePasskeyUse } from './passkeys-store.ts'

type Shown = {
  /** As the browser made it. Nothing of it is known to be true. */
  readonly response: Readonly<Record<string, unknown>>
  readonly place: ChallengePlace
  readonly now: Date
}

/** A passkey as the browser made it. */
export type NewPasskey = Pick<PasskeyRow, 'credential_id' | 'public_key' | 'counter' | 'transports'>

/**
 * Reads a passkey that was just made.
 *
 * @returns `undefined` when anything is not as it must be.
 * @see WebAuthn Level 3 §7.1
 */
export async function checkNewPasskey(
  { db, publicUrl }: PasskeyParts,
  { response, place, now }: Shown,
): Promise<NewPasskey | undefined> {
  const challenge = readChallenge(response)
  if (challenge === undefined || !(await takeChallenge(db, place, { challenge, now }))) {
    return undefined
  }
  const registration = response as unknown as RegistrationResponseJSON // checked by the library
  const verified = await orRefused(async () => {
    if (hasCertificates(registration)) return undefined
    return await verifyRegistrationResponse({
      response: registration,
      expectedChallenge: challenge,
      expectedOrigin: publicUrl.origin,
      expectedRPID: toRpId(publicUrl),
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    })
  })
  if (!verified?.verified) return undefined
  const { id, publicKey, counter, transports } = verified.registrationInfo.credential
  return {
    credential_id: id,
    public_key: publicKey,
    counter,
    transports: readTransports(transports),
  }
}

/**
 * Checks that somebody shows a passkey of ours, and keeps what its authenticator counted.
 *
 * @returns whose passkey it is; `undefined` when anything is not as it must be.
 * @see WebAuthn Level 3 §7.2
 */
export async function checkPasskey(
  { db, publicUrl }: PasskeyParts,
  { response, place, now }: Shown,
): Promise<PasskeyRow | undefined> {
  const assertion = response as unknown as AuthenticationResponseJSON // checked by the library
  const challenge = readChallenge(response)
  if (challenge === undefined || !(await takeChallenge(db, place, { challenge, now }))) {
    return undefined
  }
  const passkey = await findPasskey(db, String(assertion.id))
  if (!passkey) return undefined
  const verified = await orRefused(() =>
    verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge: challenge,
      expectedOrigin: publicUrl.origin,
      expectedRPID: toRpId(publicUrl),
      requireUserVerification: true,
      credential: {
        id: passkey.credential_id,
        publicKey: new Uint8Array(passkey.public_key),
        counter: passkey.counter,
      },
    }),
  )
  if (!verified?.verified || !namesItsOwner(passkey, assertion)) return undefined
  const { newCounter: counter } = verified.authenticationInfo
  return (await savePasskeyUse(db, passkey, { counter, now })) ? passkey : undefined
}

const Answer = z.object({ response: z.object({ clientDataJSON: z.string() }) })
const ClientData = z.object({ challenge: z.string().max(200) })

/** The challenge that is answered. It is used up whatever else is wrong. */
function readChallenge(response: Shown['response']): string | undefined {
  const answer = Answer.safeParse(response)
  if (!answer.success) return undefined
  const text = Buffer.from(answer.data.response.clientDataJSON, 'base64url').toString('utf8')
  try {
    return ClientData.safeParse(JSON.parse(text)).data?.challenge
  } catch {
    return undefined // no JSON: nothing that a browser made
  }
}

/** What a passkey says of its owner, if it says anything, is what we know of it. */
function namesItsOwner(passkey: PasskeyRow, { response }: AuthenticationResponseJSON): boolean {
  const { userHandle } = response
  return (
    !userHandle || userHandle === toUserHandle({ id: passkey.administrator_id as `adm_${string}` })
  )
}

/** We ask for none; and checking certificates could make the server fetch what a stranger names. */
function hasCertificates({ response }: RegistrationResponseJSON): boolean {
  const bytes = new Uint8Array(Buffer.from(response.attestationObject, 'base64url'))
  return decodeAttestationObject(bytes).get('attStmt').get('x5c') !== undefined
}

const TRANSPORT = /^[a-z-]{1,20}$/

function readTransports(transports: readonly unknown[] = []): string[] {
  return transports
    .filter((name): name is string => typeof name === 'string' && TRANSPORT.test(name))
    .slice(0, 8)
}

/** The library throws for whatever it objects to; a stranger's answer is no fault of ours. */
async function orRefused<T>(check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check()
  } catch {
    return undefined
  }
}
