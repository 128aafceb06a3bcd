import { createHash } from 'node:crypto'
import type { StoredCertificate } from '../certificates/index.ts'
import { DerRefused } from '../formats/der/read-der.ts'
import { readSignedData } from '../formats/der/signed-data.ts'
import { readSyncml } from '../formats/syncml/read-syncml.ts'
import type { ClientMessage } from '../formats/syncml/syncml-message.ts'
import { writeSyncml } from '../formats/syncml/write-syncml.ts'
import { XmlRefused } from '../formats/xml/xml-element.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { challenge } from './digest-challenge.ts'
import { type DigestParts, type DigestRefusal, identifyByDigest } from './digest-identify.ts'
import { type IdentityRefusal, identifyDevice, type Proofs } from './identify-device.ts'
import type { Standing } from './standings-store.ts'

export type Whose = { readonly organization: OrganizationId; readonly deviceId: string }

/** Who has sent a message, and what it says. */
export type Sender =
  | {
      readonly kind: 'known'
      readonly device: Whose
      readonly message: ClientMessage
      /** Absent: it came by digest. */
      readonly certificate: StoredCertificate | undefined
      readonly standing: Standing | undefined
      readonly proof: string
      /** For the digest of its next message. */
      readonly nextNonce: string | undefined
    }
  /** It is to prove itself, and has tried in vain where `isWrong`. */
  | {
      readonly kind: 'challenge'
      readonly text: string
      readonly device: Whose
      readonly isWrong: boolean
    }
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'refused'
      readonly refusal: IdentityRefusal | DigestRefusal
      /** Whose it is, where that is certain. */
      readonly device: Whose | undefined
    }

/** Whether there is anything to prove a device with outside of its message. */
export const hasProof = ({ connection, proxy, signatures }: Proofs): boolean =>
  connection !== undefined || proxy !== undefined || signatures.length > 0

/** Who it is comes before what it says: whoever fails to prove it does not get as far as the reader. */
export async function identifySender(
  parts: DigestParts,
  proofs: Proofs,
  body: Uint8Array,
): Promise<Sender> {
  if (!hasProof(proofs)) return await identifyUnproven(parts, body)
  const identified = await identifyDevice(parts, { ...proofs, body })
  if (identified.kind === 'refused') {
    const { refusal, certificate: device } = identified
    return { kind: 'refused', refusal, device }
  }
  const { certificate, standing } = identified
  const message = read(body)
  if (!message) return { kind: 'unreadable' }
  return {
    kind: 'known',
    device: certificate,
    message,
    certificate,
    standing,
    proof: identified.proofs.join(' '),
    nextNonce: undefined,
  }
}

/** The name and the digest are in the message: of these alone, it has to be read first. */
async function identifyUnproven(parts: DigestParts, body: Uint8Array): Promise<Sender> {
  const message = read(body)
  if (!message) return { kind: 'unreadable' }
  const identified = await identifyByDigest(parts, message)
  switch (identified.kind) {
    case 'refused':
      return { kind: 'refused', refusal: identified.refusal, device: identified.device }
    case 'challenge': {
      const { device, isWrong } = identified
      const text = writeSyncml(challenge(message, identified))
      return { kind: 'challenge', text, device, isWrong }
    }
    case 'proven': {
      const { device, nextNonce } = identified
      const rest = { certificate: undefined, standing: undefined, proof: 'digest' }
      return { kind: 'known', device, message, nextNonce, ...rest }
    }
  }
}

function read(body: Uint8Array): ClientMessage | undefined {
  try {
    return readSyncml(body)
  } catch (error) {
    if (error instanceof XmlRefused) return undefined
    throw error
  }
}

/** Names under which proofs can be known again, without looking whether they hold. */
export function namesOf({ connection, proxy, signatures }: Proofs): string[] {
  const shown = [connection, proxy === 'unreadable' ? undefined : proxy]
  return [
    ...shown.flatMap((der) => (der ? [createHash('sha256').update(der).digest('hex')] : [])),
    ...signatures.flatMap(signerOf),
  ]
}

/** The same of a device that has proven itself, whichever way it comes next. */
export const namesOfDevice = ({ fingerprint, serialNumber }: StoredCertificate): string[] => [
  fingerprint,
  serialNumber,
]

function signerOf(text: string): string[] {
  try {
    const { signers } = readSignedData(Buffer.from(text, 'base64'))
    return signers.map(({ serialNumber }) => serialNumber)
  } catch (error) {
    if (error instanceof DerRefused) return []
    throw error
  }
}
