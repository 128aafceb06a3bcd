import type { DeviceCertificate } from '@mooring/contract/certificates'
import type { DeviceState } from '@mooring/contract/devices'
import type { Tone } from '../ui/tone.ts'

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
