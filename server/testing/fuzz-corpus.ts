import { createPrivateKey, sign } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCertificateRequest } from '../src/formats/der/certificate-request.ts'

/** What kind of bytes an entrance takes. */
export type FuzzKind =
  | 'soap'
  | 'syncml'
  | 'request'
  | 'signedData'
  | 'certificate'
  | 'key'
  | 'token'
  | 'text'
export type Corpus = Readonly<Record<FuzzKind, readonly Buffer[]>>

const OURS = join(import.meta.dirname, '../src/formats/testdata')
/** Recordings and published examples: reference data beside the repository. */
const SAMPLES = join(import.meta.dirname, '../../../shared/specs/samples/windows')

/** What fuzzing begins with. The same wherever the samples are left out, so that a seed says everything. */
export function readCorpus({ samples }: { readonly samples: boolean }): Corpus {
  const ours = readdirSync(OURS)
  const read = (name: string) => readFileSync(join(OURS, name))
  const xml = (begins: string) =>
    ours.filter((name) => name.startsWith(begins) && name.endsWith('.xml')).map(read)
  const der = (begins: string) =>
    ours.filter((name) => name.startsWith(begins) && name.endsWith('.b64')).map(decode)
  const found = samples ? readSamples() : { soap: [], syncml: [] }
  const requests = der('request-')
  return {
    soap: [...xml('discover'), ...xml('get-policies'), ...xml('token-request'), ...found.soap],
    syncml: [...xml('session-'), ...found.syncml],
    request: requests,
    signedData: [...der('renewal-'), ...der('signature-')],
    certificate: der('certificate-'),
    key: requests.map((bytes) => Buffer.from(readCertificateRequest(bytes).publicKey)),
    token: [CLAIMS, V1_CLAIMS].map((claims) => Buffer.from(signToken(JSON.stringify(claims)))),
    text: [RECEIPT, RETURN, TRAIL].map((text) => Buffer.from(text)),
  }
}

function decode(name: string): Buffer {
  return Buffer.from(readFileSync(join(OURS, name), 'latin1'), 'base64')
}

function readSamples() {
  const names = existsSync(SAMPLES) ? readdirSync(SAMPLES).sort() : []
  const texts = names
    .filter((name) => name.endsWith('.xml'))
    .map((name) => readFileSync(join(SAMPLES, name)))
  const isSyncml = (bytes: Buffer) => bytes.includes('SyncHdr')
  return { syncml: texts.filter(isSyncml), soap: texts.filter((bytes) => !isSyncml(bytes)) }
}

export const TENANT = '11111111-1111-4111-8111-111111111111'
const CLAIMS = {
  aud: 'https://mdm.example.org',
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  iat: 1_795_590_000,
  nbf: 1_795_590_000,
  exp: 1_795_599_999,
  deviceid: '22222222-2222-4222-8222-222222222222',
  name: 'Ada Ä',
  oid: '33333333-3333-4333-8333-333333333333',
  preferred_username: 'ada@example.org',
  scp: 'mdm_delegation',
  tid: TENANT,
  uti: 'AbCdEf',
  ver: '2.0',
}
const V1_CLAIMS = { ...CLAIMS, iss: `https://sts.windows.net/${TENANT}/`, ver: '1.0', upn: 'a@b.c' }
const RECEIPT = JSON.stringify({
  v: 1,
  tid: TENANT,
  oid: CLAIMS.oid,
  join: true,
  request: null,
  iat: 1_795_590_000,
})
const RETURN = 'ms-appx-web://Microsoft.AAD.BrokerPlugin/x?y=1'
const TRAIL = '1795590000000.req_0123456789abcdefghjk'

/** A key that anybody may know: claims behind a good signature are fuzzed, too. */
export const TOKEN_KEY = createPrivateKey({
  key: decode('token-key.pkcs8.b64'),
  format: 'der',
  type: 'pkcs8',
})
const HEADER = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: 'one' }))

/** A token with this text for its claims, and a signature that holds. */
export function signToken(claims: string | Uint8Array): string {
  const signed = `${HEADER.toString('base64url')}.${Buffer.from(claims).toString('base64url')}`
  return `${signed}.${sign('sha256', Buffer.from(signed), TOKEN_KEY).toString('base64url')}`
}
