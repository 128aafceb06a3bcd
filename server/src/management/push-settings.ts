import { PROVIDER_ID } from '../enrolment/index.ts'
import { type Desired, NOTHING_DESIRED } from './desired-settings.ts'
import type { StoredPush } from './session-settings-store.ts'

const PUSH = `./Device/Vendor/MSFT/DMClient/Provider/${PROVIDER_ID}/Push/`

/** Where a device names the address at which it is called. */
export const CHANNEL_URI = `${PUSH}ChannelURI`
const FAMILY_NAME = `${PUSH}PFN`

/**
 * What a device has to know so that it can be called. It renews its channel every fortnight by itself, and
 * is asked for it more often than that.
 *
 * @param given absent: calls are off. @param ever whether devices may have been told before.
 * @see Windows "Push notification support for device management"; windows-mdm.md 8.1
 */
export function pushSettings(given: StoredPush | undefined, ever: boolean): Desired {
  if (given) {
    return {
      settings: [{ uri: FAMILY_NAME, format: 'chr', data: given.familyName }],
      reads: [CHANNEL_URI, `${PUSH}Status`],
    }
  }
  if (!ever) return NOTHING_DESIRED
  return { settings: [{ uri: FAMILY_NAME, format: 'chr', data: null }], reads: [] }
}
