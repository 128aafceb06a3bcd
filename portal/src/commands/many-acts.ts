import { ACTS, type Act } from '../devices/device-acts.ts'

/** What many devices can be told: everything but a name, which is one device's own. */
export const MANY_ACTS = ACTS.filter((act): act is Exclude<Act, 'rename'> => act !== 'rename')

const RANDOM_BYTES = 16

/** A key for one request, so that sending it twice is no second one. Works also where there is no TLS. */
export function newRequestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
