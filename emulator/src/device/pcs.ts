import type { EntraSide } from './entra-side.ts'
import type { DeviceProfile } from './profile.ts'
import { WindowsDevice } from './windows-device.ts'

export type PcOptions = {
  readonly name: string
  readonly profile?: Partial<DeviceProfile>
  /** Roots to trust besides the public ones, PEM. */
  readonly trust?: string
}

/** PCs that live with the emulator, so that other processes can drive them. Their clock is its clock. */
export class Pcs {
  readonly #pcs = new Map<string, WindowsDevice>()
  readonly #parts: { readonly entra: EntraSide; readonly now: () => Date }

  constructor(parts: { readonly entra: EntraSide; readonly now: () => Date }) {
    this.#parts = parts
  }

  /** @throws RangeError when the name is taken */
  add({ name, profile, trust }: PcOptions): WindowsDevice {
    if (this.#pcs.has(name)) throw new RangeError(`there is a PC ${name} already`)
    const device = new WindowsDevice({
      ...this.#parts,
      profile: { name, ...profile },
      ...(trust === undefined ? {} : { trust }),
    })
    this.#pcs.set(name, device)
    return device
  }

  find(name: string): WindowsDevice | undefined {
    return this.#pcs.get(name)
  }

  remove(name: string): boolean {
    return this.#pcs.delete(name)
  }

  /** What can be seen of all PCs from outside. */
  describe() {
    return [...this.#pcs].map(([name, device]) => describePc(name, device))
  }
}

/** What can be seen of a PC: never its key. */
export function describePc(name: string, device: WindowsDevice) {
  const { profile, enrolment, entraDeviceId, isRebootPending, nextCheckInAt } = device
  return {
    name,
    profile,
    entraDeviceId,
    isEnrolled: enrolment !== undefined,
    managedBy: enrolment?.account.address,
    isRebootPending,
    nextCheckInAt,
  }
}
