import type { Chance } from '../chance.ts'
import type { AppRegistration } from '../entra/app-registry.ts'
import type { Tenant } from '../entra/tenant.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import type { Grant } from './grants.ts'

/** A sign-in that somebody finishes on another device. */
export type DeviceCode = {
  readonly deviceCode: string
  /** What the person types. */
  readonly userCode: string
  readonly tenant: Tenant
  readonly app: AppRegistration
  readonly request: AuthorizeRequest
  readonly expiresAt: Date
  result: 'pending' | 'declined' | Grant
  isUsed: boolean
}

export const deviceCodeLifetimeSeconds = 900
/** Letters that nobody takes for others. */
const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789']

/** The device codes that are under way. */
export class DeviceCodes {
  readonly #codes = new Map<string, DeviceCode>()
  readonly #chance: Chance

  constructor(chance: Chance) {
    this.#chance = chance
  }

  add(what: Pick<DeviceCode, 'tenant' | 'app' | 'request'>, now: Date): DeviceCode {
    const code: DeviceCode = {
      ...what,
      deviceCode: `D${this.#chance.guid()}${this.#chance.guid()}`.replaceAll('-', ''),
      userCode: Array.from({ length: 9 }, () => this.#chance.pick(letters)).join(''),
      expiresAt: new Date(now.getTime() + deviceCodeLifetimeSeconds * 1000),
      result: 'pending',
      isUsed: false,
    }
    this.#codes.set(code.deviceCode, code)
    return code
  }

  find(deviceCode: string): DeviceCode | undefined {
    return this.#codes.get(deviceCode)
  }

  findByUserCode(userCode: string): DeviceCode | undefined {
    const wanted = userCode.trim().toUpperCase()
    return [...this.#codes.values()].find((code) => code.userCode === wanted)
  }
}
