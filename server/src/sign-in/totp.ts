import { Secret, TOTP } from 'otpauth'

/** Seconds a code is shown for. With SHA-1 and six digits this is all that every app understands. */
const PERIOD_SECONDS = 30
const DIGITS = 6
/** Clocks of telephones are a little off: the code before and the one after count as well. */
const WINDOW = 1

/** Makes the secret of an authenticator app from 20 bytes of chance. In base 32. */
export function toTotpSecret(bytes: Uint8Array): string {
  return new Secret({ buffer: new Uint8Array(bytes).buffer }).base32
}

/** What an app reads from a QR code. @see Google Authenticator "Key Uri Format" */
export function toTotpUri(secret: string, account: string): string {
  return toTotp(secret, account).toString()
}

/**
 * The time step whose code this is, or `undefined` for a wrong one. Whoever asks takes a step once.
 *
 * @see RFC 6238 §5.2
 */
export function findTotpStep(secret: string, code: string, now: Date): number | undefined {
  const token = code.replaceAll(/\s/g, '')
  const delta = toTotp(secret, '').validate({ token, timestamp: now.getTime(), window: WINDOW })
  if (delta === null) return undefined
  return Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + delta
}

function toTotp(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: 'Mooring',
    label,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  })
}
