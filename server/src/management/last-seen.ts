import { markSeen } from '../devices/index.ts'
import type { Db } from '../platform/database.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Notes when devices were last heard of. It is written for many at once: a check-in by itself writes nothing. */
export type LastSeen = {
  note(organization: OrganizationId, deviceId: string, at: Date): void
  /** Writes what was noted; what cannot be written stays noted. */
  flush(): Promise<void>
  /** Writes what is left, and ends. */
  [Symbol.asyncDispose](): Promise<void>
}

const EVERY_MS = 10_000

/** A crash loses ten seconds of "last seen" and nothing else. */
export function createLastSeen({ db, log }: { readonly db: Db; readonly log: Logger }): LastSeen {
  let noted = new Map<OrganizationId, Map<string, Date>>()
  const note: LastSeen['note'] = (organization, deviceId, at) => {
    const devices = noted.get(organization) ?? new Map<string, Date>()
    if ((devices.get(deviceId) ?? at) <= at) devices.set(deviceId, at)
    noted.set(organization, devices)
  }
  async function flush(): Promise<void> {
    const taken = noted
    noted = new Map()
    for (const [organization, devices] of taken) {
      try {
        await markSeen(db, organization, devices)
      } catch (error) {
        log.warn({ err: error }, 'when devices were last seen could not be written')
        for (const [deviceId, at] of devices) note(organization, deviceId, at)
      }
    }
  }
  const timer = setInterval(() => void flush(), EVERY_MS)
  timer.unref()
  return {
    note,
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await flush()
    },
  }
}
