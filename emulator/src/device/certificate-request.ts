import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import {
  bitString,
  explicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
} from '../der.ts'

/**
 * A PKCS#10 as Windows writes it: the name has `!` and NUL in a PrintableString, where neither
 * belongs; an extension of Windows' own carries the device id; and without a policy the signature
 * has the OID of the old days.
 *
 * @returns DER
 * @see Observed: recording of Windows 10.0.19043 against a demo server
 */
export function makeCertificateRequest(options: {
  privateKey: KeyObject
  hash: 'sha256' | 'sha1'
  /** Cut to 30 characters, as observed. */
  name: string
  deviceId: string
}): Buffer {
  const { hash, deviceId } = options
  const publicKey = createPublicKey(options.privateKey).export({ type: 'spki', format: 'der' })
  const commonName = `${options.name.slice(0, 30)}!${deviceId}\0`
  const extensions = sequence(
    sequence(oid('1.3.6.1.4.1.311.66.1.0'), octets(Buffer.from(`${deviceId}\0`, 'latin1'))),
  )
  const information = sequence(
    integer(Buffer.from([0])),
    sequence(set(sequence(oid('2.5.4.3'), tagged(0x13, Buffer.from(commonName, 'latin1'))))),
    publicKey,
    explicit(0, sequence(oid('1.2.840.113549.1.9.14'), set(extensions))),
  )
  const algorithm =
    hash === 'sha256'
      ? sequence(oid('1.2.840.113549.1.1.11'), nothing())
      : sequence(oid('1.3.14.3.2.29'), nothing())
  return sequence(information, algorithm, bitString(sign(hash, information, options.privateKey)))
}
