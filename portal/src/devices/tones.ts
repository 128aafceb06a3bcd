import type { DeviceCertificate } from '@mooring/contract/certificates'
import type { DeviceState } from '@mooring/contract/devices'
import type { CommandState } from '@mooring/contract/management'
import type { Tone } from '../ui/tone.ts'
import type { THREAT_STATES } from './device-lists.ts'

export const DEVICE_TONES = {
  enrolled: 'ok',
  unenrolled: 'off',
  wiped: 'off',
} satisfies Record<DeviceState, Tone>

export const CERTIFICATE_TONES = {
  valid: 'ok',
  expired: 'attention',
  revoked: 'wrong',
  replaced: 'off',
} satisfies Record<DeviceCertificate['state'], Tone>

export const COMMAND_TONES = {
  held: 'attention',
  queued: 'busy',
  sent: 'busy',
  succeeded: 'ok',
  failed: 'wrong',
  cancelled: 'off',
  expired: 'attention',
} satisfies Record<CommandState, Tone>

export const THREAT_TONES = {
  active: 'wrong',
  actionFailed: 'wrong',
  manualSteps: 'wrong',
  fullScan: 'attention',
  restart: 'attention',
  remediated: 'ok',
  quarantined: 'ok',
  removed: 'ok',
  cleaned: 'ok',
  allowed: 'attention',
  cleared: 'unknown',
} satisfies Record<(typeof THREAT_STATES)[number], Tone>
