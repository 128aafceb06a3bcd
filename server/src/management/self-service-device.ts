import {
  type MyDevice,
  type OwnAct,
  OwnRequest,
  type OwnStanding,
  type SelfServiceSettings,
} from '@mooring/contract/my-devices'
import type { DeviceRow } from '../devices/index.ts'
import type { RequestRow } from './self-service-store.ts'

const DAY_MS = 24 * 60 * 60_000
/** A week's holiday is no reason to worry. */
const QUIET_DAYS = 8

/** The command behind each act. */
export const KIND_OF = { sync: 'sync', restart: 'reboot', lock: 'lock' } as const satisfies Record<
  OwnAct,
  OwnRequest['kind']
>

type Standing = Pick<DeviceRow, 'state' | 'lost_at' | 'last_seen_at' | 'enrolled_at'>

/** How a device is doing, for its owner. */
export function standingOf(device: Standing, now: Date): OwnStanding {
  if (device.state !== 'enrolled') return 'gone'
  if (device.lost_at) return 'lost'
  const heardAt = latest(device.last_seen_at, device.enrolled_at)
  if (now.getTime() - heardAt.getTime() >= QUIET_DAYS * DAY_MS) return 'quiet'
  return device.last_seen_at ? 'well' : 'new'
}

/** What may be done with it now. One that is lost is not restarted: it would only be harder to find. */
export function actsOf(
  { state, lost_at }: Pick<DeviceRow, 'state' | 'lost_at'>,
  { sync, restart, lock }: SelfServiceSettings,
): readonly OwnAct[] {
  if (state !== 'enrolled') return []
  const acts: OwnAct[] = []
  if (sync) acts.push('sync')
  if (restart && !lost_at) acts.push('restart')
  if (lock) acts.push('lock')
  return acts
}

type Given = {
  readonly settings: SelfServiceSettings
  readonly requests: readonly RequestRow[]
  /** Who looks. */
  readonly person: string
  readonly now: Date
}

/** A device as its owner sees it: nothing in it is anybody else's. */
export function toMyDevice(device: DeviceRow, given: Given): MyDevice {
  const { settings, person, now } = given
  return {
    id: device.id,
    name: device.name,
    model: [device.manufacturer, device.model].filter(Boolean).join(' ') || null,
    serialNumber: device.serial_number,
    ownership: device.ownership,
    standing: standingOf(device, now),
    enrolledAt: device.enrolled_at.toISOString(),
    lastSeenAt: device.last_seen_at?.toISOString() ?? null,
    lost: device.lost_at
      ? { at: device.lost_at.toISOString(), reason: device.lost_reason ?? '' }
      : null,
    acts: [...actsOf(device, settings)],
    mayReportLost: settings.reportLost && !device.lost_at,
    isLockedWhenLost: settings.lockWhenLost,
    requests: given.requests
      .filter(({ device_id }) => device_id === device.id)
      .map((row) => toOwnRequest(row, person)),
  }
}

function toOwnRequest(row: RequestRow, person: string): OwnRequest {
  const isOwn = row.own_request_of === person
  return {
    kind: OwnRequest.shape.kind.parse(row.kind),
    state: row.state,
    uncertain: row.uncertain,
    isOwn,
    at: isOwn ? row.created_at.toISOString() : null,
  }
}

const latest = (one: Date | null, other: Date) => (one && one > other ? one : other)
