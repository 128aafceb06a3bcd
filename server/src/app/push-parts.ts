import { wnsPlace } from '../entra/wns.ts'
import { createDeviceCaller } from '../management/index.ts'
import { everyFewSeconds } from '../platform/every-few-seconds.ts'
import type { Parts } from './parts.ts'

/** Calls, once, the devices for which something urgent waits. */
export function openDeviceCaller({ db, clock, log, secrets, config }: Parts) {
  return createDeviceCaller({
    db,
    clock,
    log,
    secrets,
    place: wnsPlace(config.wnsUrl?.origin),
  })
}

/** Calls them every few seconds until disposed. */
export function keepCallingDevices(parts: Parts): Disposable {
  return everyFewSeconds(openDeviceCaller(parts), (error) =>
    parts.log.error({ err: error }, 'devices could not be called'),
  )
}
