import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * A lookup that hands out only addresses that may be connected to. The connection is then made to the
 * address that was judged: nobody can change the name's address in between.
 */
export function guardedLookup(mayConnect: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const allowed = addresses.filter(({ address }) => mayConnect(address))
      const [first] = allowed
      if (!first) return callback(refusal(addresses[0]?.address ?? 'no address'), '', 0)
      if (options.all) return callback(null, allowed)
      callback(null, first.address, first.family)
    })
  }
}

function refusal(address: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${address} may not be connected to`), { code: 'EADDRESSREFUSED' })
}

const PRIVATE = new BlockList()
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Also where clouds answer with credentials to whoever asks.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(address, prefix, 'ipv4')
}
for (const [address, prefix] of [
  ['::', 127],
  // Wraps an IPv4 address that a gateway unwraps.
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(address, prefix, 'ipv6')
}

/**
 * Whether an address is one of the public internet: neither this host, nor its networks, nor where clouds
 * keep their metadata.
 *
 * @see RFC 6890; OWASP Server-Side Request Forgery Prevention › Network layer
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false
  return !PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
