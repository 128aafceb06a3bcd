import { createPublicKey } from 'node:crypto'
import { checkCertificateRequest } from '../src/certificates/certificate-request.ts'
import { checkPublicKey } from '../src/certificates/public-key.ts'
import { readImport } from '../src/certificates/read-import.ts'
import { readTrail } from '../src/enrolment/discovery-trail.ts'
import { readDeviceFacts } from '../src/enrolment/read-context.ts'
import { judgeEnrolmentToken, peekEnrolmentToken } from '../src/entra/enrolment-token.ts'
import { tenantId } from '../src/entra/ids.ts'
import { readCertificateRequest } from '../src/formats/der/certificate-request.ts'
import {
  isAuthority,
  maySignCertificates,
  readCertificate,
  readSubjectKeyId,
} from '../src/formats/der/read-certificate.ts'
import { DerRefused } from '../src/formats/der/read-der.ts'
import { readSignedData } from '../src/formats/der/signed-data.ts'
import { looksLikeJwt, readCredential } from '../src/formats/enrolment/credential.ts'
import {
  agreeOnVersion,
  readDiscover,
  writeDiscoverResponse,
} from '../src/formats/enrolment/discover.ts'
import { readTokenRequest } from '../src/formats/enrolment/security-token.ts'
import { readEnvelope } from '../src/formats/soap/read-envelope.ts'
import { readSyncml } from '../src/formats/syncml/read-syncml.ts'
import { writeSyncml } from '../src/formats/syncml/write-syncml.ts'
import { readXml, STRANGERS } from '../src/formats/xml/read-xml.ts'
import { XmlRefused } from '../src/formats/xml/xml-element.ts'
import { answerMessage } from '../src/management/answer-message.ts'
import { judgeReceipt, writeReceipt } from '../src/terms-of-use/receipt.ts'
import { BROKER_RETURNS, readTermsRequest } from '../src/terms-of-use/terms-request.ts'
import { peekTicket, readTicket } from '../src/terms-of-use/ticket.ts'
import { type FuzzKind, signToken, TENANT, TOKEN_KEY } from './fuzz-corpus.ts'

/** A place where bytes of strangers come in. */
export type Entrance = {
  readonly name: string
  readonly takes: FuzzKind
  /** How often it is chosen, beside the others. */
  readonly share: number
  /**
   * Reads them. Throws what it should not; whatever is a refusal of ours is none.
   *
   * @returns what is looked at afterwards, outside of the time that is measured.
   */
  readonly enter: (bytes: Buffer) => Look | undefined
}

type Look = () => void

const NOW = new Date(1_795_593_600_000)
const KEY = Buffer.alloc(32, 7)

/** What a reader says to bytes that it does not take; anything else it throws is a finding. */
function refusable<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof XmlRefused) && !(error instanceof DerRefused)) throw error
    return undefined
  }
}

/** What is answered must be XML, whatever of the question is in it. */
const demandXml = (...texts: readonly string[]) => {
  for (const text of texts) readXml(Buffer.from(text), OWN)
}
const OWN = { ...STRANGERS, bytes: 1e8, elements: 1e7, characters: 1e8 }

/** What is kept of strangers' words goes into a database that takes no NUL and no halves of characters. */
function demandKeepable(value: unknown): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw new Error('No database keeps this')
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.entries(value).flat()) demandKeepable(inner)
  }
}

function enterSoap(bytes: Buffer): Look {
  const envelope = readEnvelope(bytes, STRANGERS)
  const credential = readCredential(envelope.security)
  if (credential.kind === 'token' && looksLikeJwt(credential.token)) {
    peekEnrolmentToken(credential.token)
  }
  const answer = refusable(() => {
    const { requestVersion } = readDiscover(envelope)
    const url = 'https://mdm.example.org'
    return writeDiscoverResponse({
      version: agreeOnVersion(requestVersion),
      policyUrl: url,
      enrolmentUrl: url,
      signInUrl: url,
      relatesTo: envelope.messageId,
      activityId: 'a',
    })
  })
  const facts = refusable(() => {
    const { request, context } = readTokenRequest(envelope)
    checkCertificateRequest(request, { sha1Allowed: true })
    return readDeviceFacts(context)
  })
  return () => {
    if (answer !== undefined) demandXml(answer)
    demandKeepable(facts)
  }
}

const WORK = {
  commands: [
    {
      id: 'cmd_1',
      needsUser: false,
      steps: [{ verb: 'Exec' as const, uri: './Device/Vendor/MSFT/Reboot/RebootNow' }],
    },
  ],
  reads: ['./Device/C'],
}

/** A message that begins a session, and the same as the second one of that session. */
function enterSyncml(bytes: Buffer): Look {
  const message = readSyncml(bytes)
  const { reply, state } = answerMessage(undefined, message, { work: WORK, at: NOW })
  const replies = [writeSyncml(reply)]
  if (state) {
    const next = { ...message, messageId: message.messageId + 1 }
    replies.push(writeSyncml(answerMessage(state, next, { work: WORK, at: NOW }).reply))
  }
  return () => demandXml(...replies)
}

const JWK = { ...createPublicKey(TOKEN_KEY).export({ format: 'jwk' }), kty: 'RSA', kid: 'one' }
const EXPECTED = {
  tenantId: tenantId(TENANT),
  issuers: {
    '1.0': `https://sts.windows.net/${TENANT}/`,
    '2.0': `https://login.microsoftonline.com/${TENANT}/v2.0`,
  },
  audiences: ['https://mdm.example.org'],
  keys: [JWK],
  now: NOW,
}

function enterToken(bytes: Buffer): void {
  const token = bytes.toString('latin1')
  if (looksLikeJwt(token)) peekEnrolmentToken(token)
  judgeEnrolmentToken(token, EXPECTED)
}

/** The claims of a token, changed behind its back and signed anew. */
function enterClaims(bytes: Buffer): void {
  const [, claims = ''] = bytes.toString('latin1').split('.')
  const plain = Buffer.from(claims, 'base64url').subarray(0, 8000)
  const token = signToken(plain)
  peekEnrolmentToken(token)
  judgeEnrolmentToken(token, EXPECTED)
}

function enterSignedData(bytes: Buffer): void {
  const { certificates, content } = readSignedData(bytes)
  for (const der of certificates) refusable(() => readCertificate(der))
  if (content) checkCertificateRequest(content, { sha1Allowed: true })
}

function enterCertificate(bytes: Buffer): void {
  const parts = readCertificate(bytes)
  isAuthority(parts)
  maySignCertificates(parts)
  readSubjectKeyId(parts)
}

function enterPem(bytes: Buffer): void {
  const body = bytes.toString('base64')
  const certificate = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
  readImport({ certificate, privateKey: TOKEN_PEM }, { id: 'cau_1', now: NOW })
}
const TOKEN_PEM = String(TOKEN_KEY.export({ type: 'pkcs8', format: 'pem' }))

function enterText(bytes: Buffer): void {
  const text = bytes.toString('utf8')
  judgeReceipt(text, KEY, NOW)
  // Behind a good signature, too: another version of ours may have written it.
  judgeReceipt(signReceipt(text), KEY, NOW)
  peekTicket(text)
  readTicket(text, KEY, NOW)
  readTrail({ discovered: text }, NOW)
  const fields = { redirect_uri: text, 'client-request-id': text, mode: text, 'api-version': '1.0' }
  const asked = readTermsRequest(fields, RETURNS)
  demandKeepable(asked)
  if (asked) demandAllowed(asked.returnTo)
}
const RETURNS = [...BROKER_RETURNS, 'https://login.microsoftonline.com']
const HOSTS = ['microsoft.aad.brokerplugin', 'auth', 'login.microsoftonline.com']

/** Where another reader than ours would go with it. */
function demandAllowed(address: string): void {
  const { protocol, host } = new URL(address)
  const isKnown = ['ms-appx-web:', 'ms-aadj-redir:', 'https:'].includes(protocol)
  if (!isKnown || !HOSTS.includes(host.toLowerCase())) throw new Error('Leads somewhere else')
}

function signReceipt(text: string): string {
  const receipt = { v: 1, tid: text, oid: text, join: true, request: null, iat: 0 } as const
  return writeReceipt(receipt, KEY)
}

// biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to look at afterwards.
type Reader = Omit<Entrance, 'enter'> & { readonly enter: (bytes: Buffer) => Look | void }

const READERS: readonly Reader[] = [
  { name: 'soap', takes: 'soap', share: 8, enter: enterSoap },
  { name: 'syncml', takes: 'syncml', share: 6, enter: enterSyncml },
  {
    name: 'certificate request',
    takes: 'request',
    share: 6,
    enter: (bytes) => {
      readCertificateRequest(bytes)
      checkCertificateRequest(bytes, { sha1Allowed: true })
    },
  },
  { name: 'public key', takes: 'key', share: 3, enter: (bytes) => void checkPublicKey(bytes) },
  { name: 'signed data', takes: 'signedData', share: 6, enter: enterSignedData },
  { name: 'certificate', takes: 'certificate', share: 4, enter: enterCertificate },
  { name: 'imported certificate', takes: 'certificate', share: 1, enter: enterPem },
  { name: 'token', takes: 'token', share: 4, enter: enterToken },
  { name: 'claims', takes: 'token', share: 1, enter: enterClaims },
  { name: 'texts', takes: 'text', share: 4, enter: enterText },
]

/** Every way in for what somebody unproven, or a device, sends to enrol or to be managed. */
export const ENTRANCES: readonly Entrance[] = READERS.map(({ enter, ...entrance }) => ({
  ...entrance,
  enter: (bytes) => refusable(() => enter(bytes)) ?? undefined,
}))
