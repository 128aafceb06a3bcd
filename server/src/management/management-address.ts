import { PROVIDER_ID } from '../enrolment/index.ts'
import type { DesiredSetting, DesiredSettings } from './desired-settings.ts'

const CLIENT = `./Device/Vendor/MSFT/DMClient/Provider/${PROVIDER_ID}/`
const SINGLE = `${CLIENT}ManagementServiceAddress`
/** `<first><second>`: tried in this order. While there is one, the single address counts for nothing. */
const LIST = `${CLIENT}ManagementServerAddressList`
const RENEWAL = './Device/Vendor/MSFT/CertificateStore/My/WSTEP/Renew/ServerURL'

/** Where devices are to come, and where they renew their certificates. */
export type Addresses = { readonly managementUrl: string; readonly renewalUrl: string }

type Known = {
  /** The address by which the device came. */
  readonly cameBy: string
  /** The list that it last told of; absent: none, or never asked. */
  readonly list: string | undefined
}

/**
 * What brings a device to another address without ever leaving it without one. Whoever comes by an old address
 * is told the new one, and the old one behind it, in case the new one is not to be reached. Only who has come
 * by the new one is told that there is no other: an old name may belong to somebody else one day.
 *
 * A device that never moved is told nothing.
 *
 * @see windows-mdm.md 6.8; Windows "DMClient CSP" › ManagementServerAddressList
 */
export function planAddress(
  { managementUrl, renewalUrl }: Addresses,
  { cameBy, list }: Known,
): readonly DesiredSetting[] {
  const text = (uri: string, data: string): DesiredSetting => ({ uri, format: 'chr', data })
  if (!isSame(cameBy, managementUrl)) {
    // What comes with the message is written to the device: nothing but an address of its own is.
    const old = readAddress(cameBy)
    return old ? [text(LIST, `<${managementUrl}><${old}>`)] : []
  }
  if (!list) return []
  return [text(SINGLE, managementUrl), text(LIST, `<${managementUrl}>`), text(RENEWAL, renewalUrl)]
}

/** Where the server's setting wants devices to come. */
export function desiredByAddress(addresses: Addresses): DesiredSettings {
  return async (_tx, { cameBy, facts }) => {
    const list = Object.hasOwn(facts, LIST) ? facts[LIST]?.value : undefined
    return { settings: planAddress(addresses, { cameBy, list }), reads: [] }
  }
}

function isSame(one: string, other: string): boolean {
  return readAddress(one) === readAddress(other)
}

/** An address without what sessions add to it; undefined for what is none. */
function readAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, origin, pathname } = new URL(text)
  return protocol === 'https:' || protocol === 'http:' ? origin + pathname : undefined
}
