import type { DeviceRecord } from '../directory/records.ts'
import {
  type DeviceRegistration,
  EnrolmentRefused,
  type MobilityEntry,
  type TokenWish,
} from '../entra/enrolment.ts'

/** What a device needs of Entra: in this process `emulator.enrolment`, else `openEntra`. */
export type EntraSide = {
  /** Origin of the login host. */
  readonly origin: string
  mobilityOf(user: string): MobilityEntry | undefined | Promise<MobilityEntry | undefined>
  termsToken(wish: TokenWish): string | Promise<string>
  enrolmentToken(wish: TokenWish & { readonly deviceId: string }): string | Promise<string>
  /** A token of the device itself. */
  deviceToken(wish: { readonly deviceId: string }): string | Promise<string>
  registerDevice(registration: DeviceRegistration): DeviceRecord | Promise<DeviceRecord>
}

/** Entra's side of an emulator in another process. @param controlUrl its control port */
export async function openEntra(controlUrl: string): Promise<EntraSide> {
  const ask = async <T>(path: string, argument?: unknown): Promise<T> => {
    const answer = await fetch(new URL(path, controlUrl), {
      method: argument === undefined ? 'GET' : 'POST',
      ...(argument === undefined ? {} : { body: JSON.stringify([argument]) }),
    })
    if (answer.status === 204) return undefined as T // nothing to say: the caller's type has it
    const body: unknown = await answer.json()
    if (answer.ok) return body as T // the emulator's own words, typed on its side
    const text = JSON.stringify(body)
    const [, code, reason] = /AADSTS(\d+): ([^"]*)/.exec(text) ?? []
    if (code !== undefined) throw new EnrolmentRefused(Number(code), reason ?? '')
    throw new Error(`${controlUrl}: ${text}`)
  }
  const { origin } = await ask<{ origin: string }>('/enrolment')
  const text = async (path: string, argument: unknown) =>
    (await ask<{ result: string }>(path, argument)).result
  return {
    origin,
    mobilityOf: (user) => ask('/enrolment/mobilityOf', user),
    termsToken: (wish) => text('/enrolment/termsToken', wish),
    enrolmentToken: (wish) => text('/enrolment/enrolmentToken', wish),
    deviceToken: (wish) => text('/enrolment/deviceToken', wish),
    registerDevice: (registration) => ask('/enrolment/registerDevice', registration),
  }
}
