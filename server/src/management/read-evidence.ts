import { X509Certificate } from 'node:crypto'
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { Proofs } from './identify-device.ts'

/** Whether an address is that of a proxy that is believed. */
export type TrustsProxy = (address: string | undefined) => boolean

/** @param ranges addresses and CIDR ranges, as the settings have them. */
export function createProxyTrust(ranges: readonly string[]): TrustsProxy {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (text) => {
    // Node tells IPv4 in IPv6's clothes where it listens to both.
    const address = text?.replace(/^::ffff:(?=\d+\.)/, '') ?? ''
    if (isIPv4(address)) return list.check(address, 'ipv4')
    return isIPv6(address) && list.check(address, 'ipv6')
  }
}

/** Either name is in Microsoft's documents. */
const SIGNATURE_HEADERS = ['mdm-signature', 'ms-signature']

/**
 * What a device sent to prove who it is.
 *
 * @param header where a proxy passes on the certificate of the connection: URL-encoded PEM. From anybody
 *   else it is as if it were not there.
 */
export function readEvidence(
  request: FastifyRequest,
  { header, trusts }: { readonly header: string | undefined; readonly trusts: TrustsProxy },
): Proofs {
  const passedOn =
    header !== undefined && trusts(request.socket.remoteAddress)
      ? textOf(request.headers[header.toLowerCase()])
      : undefined
  return {
    connection: connectionCertificate(request),
    proxy: passedOn ? readPem(passedOn) : undefined,
    signatures: SIGNATURE_HEADERS.flatMap((name) => textOf(request.headers[name]) ?? []),
  }
}

function connectionCertificate({ socket }: FastifyRequest): Uint8Array | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined
}

/** One certificate, and nothing beside it. */
const ONE_PEM = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----$/

function readPem(text: string): Uint8Array | 'unreadable' {
  try {
    const pem = decodeURIComponent(text).trim()
    // Headers that come twice are one with a comma: a proxy that only adds its own would let whoever
    // sent the first choose who they are.
    return ONE_PEM.test(pem) ? new X509Certificate(pem).raw : 'unreadable'
  } catch {
    // Whatever is wrong with it, the proxy has sent no certificate.
    return 'unreadable'
  }
}

/** Absent where there is nothing in it. */
const textOf = (value: string | string[] | undefined) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
