import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

/** How an answer is made; a test changes what an attacker or a broken device would. */
export type Manner = {
  readonly origin?: string
  readonly rpId?: string
  /** Whether its owner was asked for PIN, fingerprint or face. */
  readonly isVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string
}

type CreationOptions = {
  readonly challenge: string
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: string }
}
type RequestOptions = { readonly challenge: string; readonly rpId?: string }

/**
 * An authenticator and the browser in front of it, as far as WebAuthn Level 3 asks of them: one
 * discoverable passkey (ES256), and answers in the JSON of §5.1.
 */
export function createAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  const common = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const
  let counter = 0
  let userHandle = ''
  let rpId = ''

  const authenticatorData = (manner: Manner, attested?: Buffer) => {
    const flags =
      0x01 | ((manner.isVerified ?? true) ? 0x04 : 0) | (attested === undefined ? 0 : 0x40)
    counter = manner.counter ?? counter + 1
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(manner.rpId ?? rpId), head, attested ?? Buffer.alloc(0)])
  }
  const clientData = (type: string, challenge: string, manner: Manner) =>
    Buffer.from(
      JSON.stringify({ type, challenge, origin: manner.origin ?? origin, crossOrigin: false }),
    )

  return {
    id,
    /** Makes the passkey. */
    create(options: CreationOptions, manner: Manner = {}) {
      rpId = options.rp.id ?? ''
      userHandle = options.user.id
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const key = toCoseKey(publicKey.export({ format: 'jwk' }))
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, key])
      const attestationObject = toAttestation(authenticatorData(manner, attested))
      return {
        ...common,
        response: {
          clientDataJSON: text(clientData('webauthn.create', options.challenge, manner)),
          attestationObject: text(attestationObject),
          transports: ['internal'],
        },
      }
    },
    /** Shows the passkey. */
    get(options: RequestOptions, manner: Manner = {}) {
      const data = authenticatorData(manner)
      const client = clientData('webauthn.get', options.challenge, manner)
      const signature = createSign('sha256').update(data).update(sha256(client)).sign(privateKey)
      return {
        ...common,
        response: {
          clientDataJSON: text(client),
          authenticatorData: text(data),
          signature: text(signature),
          userHandle: manner.userHandle ?? userHandle,
        },
      }
    },
  }
}

const sha256 = (value: string | Buffer) => createHash('sha256').update(value).digest()
const text = (bytes: Buffer) => bytes.toString('base64url')

/** A COSE key in CBOR: EC2, ES256, P-256, x, y. @see RFC 9053 §7.1 */
function toCoseKey({ x = '', y = '' }: { x?: string; y?: string }): Buffer {
  return Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ])
}

/** `{fmt: "none", attStmt: {}, authData}` in CBOR. @see WebAuthn Level 3 §6.5.4 */
function toAttestation(authData: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(authData.length)
  return Buffer.concat([
    Buffer.from('a3', 'hex'),
    Buffer.from('63666d74646e6f6e65', 'hex'), // fmt: none
    Buffer.from('6761747453746d74a0', 'hex'), // attStmt: {}
    Buffer.from('686175746844617461', 'hex'), // authData
    Buffer.from('59', 'hex'),
    length,
    authData,
  ])
}
