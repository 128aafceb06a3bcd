import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'

/** WebAuthn's own JSON, as the contract passes it on: made and read by the library's two halves. */
type Opaque = Record<string, unknown>

/**
 * Lets the browser show a passkey.
 *
 * @throws {WebAuthnError | DOMException} when none was shown.
 */
export async function showPasskey(offer: Opaque): Promise<Opaque> {
  const optionsJSON = offer as unknown as PublicKeyCredentialRequestOptionsJSON
  return { ...(await startAuthentication({ optionsJSON })) }
}

/**
 * Lets the browser make a passkey.
 *
 * @throws {WebAuthnError | DOMException} when none was made.
 */
export async function makePasskey(offer: Opaque): Promise<Opaque> {
  const optionsJSON = offer as unknown as PublicKeyCredentialCreationOptionsJSON
  return { ...(await startRegistration({ optionsJSON })) }
}
