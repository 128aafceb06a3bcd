import { createHash, randomBytes, randomUUID } from 'node:crypto'

/** What a PC says about itself. */
export type DeviceProfile = {
  readonly name: string
  /** 32 hex digits: the MDM device id. A new one with each enrolment. */
  readonly deviceId: string
  /** 64 hex digits: the same after a reset, and on clones. */
  readonly hardwareId: string
  readonly serialNumber: string
  readonly manufacturer: string
  readonly model: string
  readonly macs: readonly string[]
  readonly osVersion: string
  /** GetProductInfo: 4 Enterprise, 48 Pro, 101 Home, 121 Education. */
  readonly edition: number
  readonly locale: string
  /** The highest version of the enrolment protocol that it speaks. */
  readonly requestVersion: '4.0' | '5.0' | '6.0'
  /** Whether it has a TPM, and so the Microsoft Platform Crypto Provider. */
  readonly tpm: boolean
}

/** A new PC; what is given is taken over. */
export function makeProfile(given: Partial<DeviceProfile> = {}): DeviceProfile {
  const number = randomBytes(4).toString('hex').slice(0, 7).toUpperCase()
  const serialNumber = given.serialNumber ?? `5CG${number}`
  const mac = () =>
    randomBytes(6)
      .toString('hex')
      .toUpperCase()
      .replace(/(..)(?=.)/g, '$1-')
  const lan = mac()
  return {
    name: `DESKTOP-${number}`,
    deviceId: newDeviceId(),
    hardwareId: createHash('sha256').update(`hardware ${serialNumber}`).digest('hex').toUpperCase(),
    serialNumber,
    manufacturer: 'Hafenstern',
    model: 'Jolle 14',
    // As recorded: adapters repeat.
    macs: [lan, mac(), lan],
    osVersion: '10.0.26100.4061',
    edition: 48,
    locale: 'de-DE',
    requestVersion: '6.0',
    tpm: true,
    ...given,
  }
}

function newDeviceId(): string {
  return randomUUID().replaceAll('-', '').toUpperCase()
}

/** The same PC after a reset: another enrolment, the same hardware. */
export function resetProfile(profile: DeviceProfile): DeviceProfile {
  return { ...profile, deviceId: newDeviceId(), name: `${profile.name.slice(0, 12)}-R` }
}
