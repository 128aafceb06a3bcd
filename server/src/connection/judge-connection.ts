import { NEEDED_PERMISSIONS } from '@mooring/contract/connection'
import { GraphError } from '../entra/graph/graph-error.ts'
import { NetworkError } from '../entra/network-error.ts'
import { CONTAINED_IN, DANGEROUS } from '../entra/permission-ids.ts'
import type { AccessToken } from '../entra/token.ts'
import { toTrouble } from '../entra/trouble.ts'
import type { Finding } from './finding.ts'
import type { Observations, Read, ReadName } from './observe-connection.ts'

export type Circumstances = {
  readonly now: Date
  readonly publicUrl: URL
  readonly credentialExpiresAt: Date | undefined
}

/** Judges what was observed. In the order in which an administrator would mend things. */
export function judgeConnection(observed: Observations, around: Circumstances): readonly Finding[] {
  const token = observed.token.kind === 'token' ? observed.token.token : undefined
  return [
    publicUrl(around.publicUrl),
    tokenFinding(observed.token),
    clock(token),
    credentialExpiry(around),
    ...NEEDED_PERMISSIONS.map((permission) => permissionFinding(permission, token)),
    extras(token),
    organizationRead(observed.reads?.organization),
    read('users', observed.reads),
    read('groups', observed.reads),
    read('devices', observed.reads),
  ]
}

function tokenFinding(observed: Observations['token']): Finding {
  if (observed.kind === 'token') return { id: 'token', state: 'passed', code: 'tokenReceived' }
  return failure('token', observed.error)
}

function permissionFinding(permission: string, token: AccessToken | undefined): Finding {
  const id = `permission.${permission}`
  if (!token) return { id, state: 'skipped', code: 'noToken', values: { permission } }
  if (token.roles.includes(permission))
    return { id, state: 'passed', code: 'granted', values: { permission } }
  const larger = CONTAINED_IN[permission]?.find((role) => token.roles.includes(role))
  if (larger) return { id, state: 'passed', code: 'grantedBy', values: { permission, larger } }
  return { id, state: 'failed', code: 'permissionMissing', values: { permission } }
}

function extras(token: AccessToken | undefined): Finding {
  const id = 'permission.extra'
  if (!token) return { id, state: 'skipped', code: 'noToken' }
  const found = token.roles.filter((role) => DANGEROUS.includes(role))
  if (found.length === 0) return { id, state: 'passed', code: 'noExtras' }
  return {
    id,
    state: 'warning',
    code: 'dangerousExtras',
    values: { permissions: found.join(', ') },
  }
}

/** The tenant's name needs a permission beyond the three; nothing depends on it. */
function organizationRead(observed: Read | undefined): Finding {
  const id = 'read.organization'
  if (!observed) return { id, state: 'skipped', code: 'noToken' }
  if (observed.kind === 'read') return { id, state: 'passed', code: 'readable' }
  return { id, state: 'skipped', code: 'organizationHidden' }
}

const PERMISSION_OF = {
  users: 'User.Read.All',
  groups: 'Group.Read.All',
  devices: 'Device.ReadWrite.All',
} as const

function read(name: Exclude<ReadName, 'organization'>, reads: Observations['reads']): Finding {
  const id = `read.${name}`
  const observed = reads?.[name]
  if (!observed) return { id, state: 'skipped', code: 'noToken' }
  if (observed.kind === 'read') return { id, state: 'passed', code: 'readable' }
  const { error } = observed
  const finding = failure(id, error)
  // Busy is not broken: Graph asks for patience, and a synchronisation has it.
  const isBusy = error instanceof GraphError && error.status === 429
  return {
    ...finding,
    state: isBusy ? 'warning' : 'failed',
    values: { ...finding.values, permission: PERMISSION_OF[name] },
  }
}

function failure(id: string, error: unknown): Finding {
  const trouble = toTrouble(error) ?? toTrouble(timeOut(error))
  if (!trouble) throw error
  const { code, values, microsoftTraceId } = trouble
  return { id, state: 'failed', code, values, ...(microsoftTraceId ? { microsoftTraceId } : {}) }
}

/** A probe that our own deadline ended is a time-out like any other. */
function timeOut(error: unknown): unknown {
  const isDeadline = error instanceof DOMException && error.name === 'TimeoutError'
  return isDeadline
    ? new NetworkError('timedOut', 'Microsoft Graph', 'deadline', { cause: error })
    : error
}

/** Beyond this, signed statements (certificate credentials, sign-in) begin to fail. */
const CLOCK_FAILS_MS = 5 * 60 * 1000
const CLOCK_WARNS_MS = 60 * 1000

function clock(token: AccessToken | undefined): Finding {
  const id = 'clock'
  if (token?.clockAheadMs === undefined) return { id, state: 'skipped', code: 'clockUnknown' }
  const offMs = Math.abs(token.clockAheadMs)
  const seconds = Math.round(offMs / 1000)
  if (offMs < CLOCK_WARNS_MS)
    return { id, state: 'passed', code: 'clockRight', values: { seconds } }
  const code = token.clockAheadMs > 0 ? 'clockBehind' : 'clockAhead'
  return { id, state: offMs < CLOCK_FAILS_MS ? 'warning' : 'failed', code, values: { seconds } }
}

const DAY_MS = 24 * 60 * 60 * 1000
const WARN_DAYS = 60

function credentialExpiry({ now, credentialExpiresAt }: Circumstances): Finding {
  const id = 'credential-expiry'
  if (!credentialExpiresAt) return { id, state: 'warning', code: 'expiryUnknown' }
  const days = Math.floor((credentialExpiresAt.getTime() - now.getTime()) / DAY_MS)
  const values = { days, date: credentialExpiresAt.toISOString().slice(0, 10) }
  if (credentialExpiresAt <= now) return { id, state: 'failed', code: 'expired', values }
  if (days === 0) return { id, state: 'warning', code: 'expiryToday', values }
  return days <= WARN_DAYS
    ? { id, state: 'warning', code: 'expirySoon', values }
    : { id, state: 'passed', code: 'expiryFar', values }
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

function publicUrl(url: URL): Finding {
  const values = { url: url.origin }
  return LOOPBACK.test(url.hostname)
    ? { id: 'public-url', state: 'warning', code: 'publicUrlLoopback', values }
    : { id: 'public-url', state: 'passed', code: 'publicUrlHttps', values }
}
