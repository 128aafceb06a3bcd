import { createHttpClient, type HttpClient } from '../entra/http-client.ts'
import { createSigningKeys } from '../entra/openid/signing-keys.ts'
import { isPublicAddress } from '../platform/http/guarded-lookup.ts'
import { createServerFinder, isTriedOut } from '../single-sign-on/index.ts'
import type { Parts } from './parts.ts'

const TIMEOUT_MS = 10_000
/** A thousand keys are far below it. */
const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * How providers of sign-ins are reached. Entra's hosts come from the configuration and may be anywhere;
 * others are what an administrator typed, and lead to public addresses only, unless Mooring itself is
 * being tried out on loopback.
 */
export function openSignOnParts({ db, clock, config }: Parts) {
  const { publicUrl, cloud } = config
  const ofEntra = createHttpClient(TIMEOUT_MS, { maxAnswerBytes: MAX_ANSWER_BYTES })
  const ofOthers = createHttpClient(TIMEOUT_MS, {
    maxAnswerBytes: MAX_ANSWER_BYTES,
    ...(isTriedOut(publicUrl) ? {} : { mayConnect: isPublicAddress }),
  })
  const reach = (http: HttpClient) => ({ http, keys: createSigningKeys({ db, http, clock }) })
  return {
    cloud,
    publicUrl,
    entra: reach(ofEntra),
    others: reach(ofOthers),
    servers: createServerFinder({ http: ofOthers, clock }),
    async close() {
      await Promise.all([ofEntra.close(), ofOthers.close()])
    },
  }
}
