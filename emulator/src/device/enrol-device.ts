import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto'
import { makeCertificateRequest } from './certificate-request.ts'
import { type Discovered, readDiscovered, writeDiscover } from './discover.ts'
import type { EntraSide } from './entra-side.ts'
import { type EnrolmentFlow, type EntraFlow, toTraits } from './flow.ts'
import { type Exchange, exchanges } from './namespaces.ts'
import {
  type CertificatePolicy,
  chooseProvider,
  noPolicy,
  readPolicies,
  writeGetPolicies,
} from './policies.ts'
import type { DeviceProfile } from './profile.ts'
import { type DeviceEnrolment, provision } from './provision.ts'
import { readEnvelope } from './read-envelope.ts'
import type { Recorder, StepName } from './recorder.ts'
import { readIssued, toContext, writeRequest } from './request-token.ts'
import { signInOnPage } from './sign-in-page.ts'
import type { Tampering } from './tampering.ts'
import { judgeTerms, startTerms, type TermsChoice, type TermsRequest } from './terms.ts'
import type { Answer, Sending } from './transport.ts'
import { codes, WindowsError } from './windows-error.ts'
import { type Credential, writeEnvelope } from './write-envelope.ts'

export type EnrolParts = {
  readonly profile: DeviceProfile
  readonly entra: EntraSide | undefined
  readonly recorder: Recorder
  readonly tamper: Tampering
  readonly answerTerms: TermsChoice
  readonly makeKey: (bits: number) => Promise<string>
  readonly now: () => Date
  readonly fetch: typeof fetch | undefined
  /** A device that is registered already stays so. */
  readonly entraDeviceId: string | undefined
  readonly onRegistered: (entraDeviceId: string) => void
  readonly clientRequestId: string
}

/** Where to ask, with what, and what the terms of use gave. */
type Entry = {
  readonly discoveryUrl: string
  readonly credential: ((discovered: Discovered) => Promise<Credential>) | Credential
  readonly opaqueBlob: string | undefined
  readonly email: string | undefined
  readonly entraDeviceId: string | undefined
}

/** Enrols a device from the first request to the installed document. @throws WindowsError */
export async function enrolDevice(
  flow: EnrolmentFlow,
  parts: EnrolParts,
): Promise<DeviceEnrolment> {
  const entry =
    flow.kind === 'signIn' || flow.kind === 'token'
      ? enterByServer(flow, parts)
      : await enterByEntra(flow, parts)
  const discovered = await discover(entry, parts)
  const credential =
    typeof entry.credential === 'function' ? await entry.credential(discovered) : entry.credential
  const policy = await fetchPolicy(discovered, credential, parts)
  const privateKey = await parts.makeKey(policy.keyBits)
  const key = createPrivateKey(privateKey)
  const document = await request({ flow, entry, discovered, credential, policy, key }, parts)
  const store = toTraits(flow).enrolmentType === 'Device' ? 'System' : 'User'
  const provisioned = await parts.recorder.run(
    'provision',
    discovered.enrolmentUrl,
    () => provision(document, { key, store, now: parts.now() }),
    ({ account }) => `ok: ${account.address}`,
  )
  return {
    deviceId: parts.profile.deviceId,
    user: flow.user,
    store,
    enrolmentUrl: discovered.enrolmentUrl,
    privateKey,
    ...provisioned,
  }
}

// ---- the beginning

async function enterByEntra(flow: EntraFlow, parts: EnrolParts): Promise<Entry> {
  const { entra, recorder, profile, tamper } = parts
  if (!entra) throw new Error('a device without `entra` cannot join')
  const { user } = flow
  const mobility = await entra.mobilityOf(user)
  const opaqueBlob =
    mobility && flow.kind !== 'policy'
      ? await agreeToTerms(flow, mobility.termsOfUseUrl, parts)
      : undefined
  const entraDeviceId =
    parts.entraDeviceId ??
    (await recorder.run('register', entra.origin, async () => {
      const kind = flow.kind === 'workAccount' ? 'workAccount' : 'join'
      const { name, osVersion } = profile
      return (await entra.registerDevice({ user, kind, name, osVersion })).deviceId
    }))
  parts.onRegistered(entraDeviceId)
  if (!mobility)
    throw new WindowsError(codes.notConfigured, `no MDM application is meant for ${user}`)
  const honest = await entra.enrolmentToken({ user, deviceId: entraDeviceId })
  return {
    discoveryUrl: mobility.discoveryUrl,
    credential: { kind: 'jwt', token: tamper.token?.(honest) ?? honest },
    opaqueBlob: opaqueBlob === undefined ? undefined : change(tamper.opaqueBlob, opaqueBlob),
    email: undefined,
    entraDeviceId,
  }
}

function enterByServer(
  flow: Extract<EnrolmentFlow, { kind: 'signIn' | 'token' }>,
  parts: EnrolParts,
): Entry {
  const { tamper } = parts
  const own = (token: string): Credential => ({
    kind: 'own',
    token: tamper.token?.(token) ?? token,
  })
  return {
    discoveryUrl: new URL('/EnrollmentServer/Discovery.svc', flow.server).href,
    credential:
      flow.kind === 'token'
        ? own(flow.token)
        : async (discovered) => own(await signIn(flow.user, discovered, parts)),
    opaqueBlob: undefined,
    email: flow.user,
    entraDeviceId: undefined,
  }
}

function signIn(user: string, discovered: Discovered, parts: EnrolParts): Promise<string> {
  const { authenticationUrl, authPolicy } = discovered
  const loginOrigin = parts.entra?.origin ?? 'https://login.microsoftonline.com'
  return parts.recorder.run('signIn', authenticationUrl ?? '', () => {
    // OnPremise: Windows asks for a password and sends it in the clear.
    if (authPolicy !== 'Federated')
      throw new WindowsError(codes.passwordNeeded, `AuthPolicy is ${authPolicy}`)
    if (authenticationUrl === undefined)
      throw new WindowsError(codes.webViewFailed, 'no AuthenticationServiceUrl')
    return signInOnPage({ authenticationUrl, user, loginOrigin, fetch: parts.fetch })
  })
}

const mostTurns = 10

async function agreeToTerms(
  flow: EntraFlow,
  termsOfUseUrl: string,
  parts: EnrolParts,
): Promise<string> {
  const { entra, tamper, recorder, profile } = parts
  if (!entra) throw new Error('a device without `entra` sees no terms')
  const honest = await entra.termsToken({ user: flow.user })
  const asked: TermsRequest = {
    termsOfUseUrl,
    token: tamper.termsToken?.(honest) ?? honest,
    redirectUri: tamper.redirectUri ?? 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
    clientRequestId: parts.clientRequestId,
    mode: flow.kind === 'workAccount' ? undefined : 'azureadjoin',
    host: flow.kind === 'oobe' ? 'FRX' : 'MOSET',
    locale: profile.locale,
  }
  let sending = startTerms(asked)
  for (let turn = 0; turn < mostTurns; turn++) {
    const next = await recorder.send(
      'terms',
      sending,
      (answer) => judgeTerms(answer, asked, parts.answerTerms),
      ({ kind }) => (kind === 'accepted' ? 'ok' : 'goes on'),
    )
    if (next.kind === 'accepted') return next.opaqueBlob
    sending = next.sending
  }
  throw new WindowsError(codes.webViewFailed, `more than ${mostTurns} turns of the terms of use`)
}

// ---- what every flow does

async function discover(entry: Entry, parts: EnrolParts): Promise<Discovered> {
  const { recorder, profile, tamper } = parts
  const { discoveryUrl } = entry
  await recorder.send('probe', { method: 'GET', url: discoveryUrl, headers: client }, (answer) => {
    if (answer.status >= 300 && answer.status < 400)
      throw new WindowsError(codes.redirectNotSecure, `redirected to ${answer.headers.location}`)
    if (answer.status !== 200)
      throw new WindowsError(codes.unknownServerError, `the probe got ${answer.status}`)
  })
  const body = writeDiscover(profile, {
    email: entry.email,
    turn: tamper.turnDiscover ?? false,
  })
  const discovered = await post(
    { step: 'discover', exchange: exchanges.discover, url: discoveryUrl, body },
    parts,
    (content) => readDiscovered(content, profile),
    ({ authPolicy, version }) => `ok: ${authPolicy} ${version}`,
  )
  return discovered
}

async function fetchPolicy(
  discovered: Discovered,
  credential: Credential,
  parts: EnrolParts,
): Promise<CertificatePolicy> {
  const url = discovered.policyUrl
  if (url === undefined) return noPolicy('the server names no policy service')
  const policy = await post(
    {
      step: 'policies',
      exchange: exchanges.policies,
      url,
      body: writeGetPolicies(),
      credential,
    },
    parts,
    readPolicies,
    ({ hash, ignored }) => (ignored === undefined ? `ok: ${hash}` : `passed over: ${ignored}`),
  )
  if (chooseProvider(policy, parts.profile.tpm) === undefined)
    throw new WindowsError('0x80180027', `no such provider: ${policy.providers.join(', ')}`)
  return policy
}

async function request(
  about: {
    flow: EnrolmentFlow
    entry: Entry
    discovered: Discovered
    credential: Credential
    policy: CertificatePolicy
    key: KeyObject
  },
  parts: EnrolParts,
): Promise<string> {
  const { profile, tamper } = parts
  const { enrolmentType, isInOobe, startedByPerson } = toTraits(about.flow)
  const csr = makeCertificateRequest({
    privateKey: about.key,
    hash: about.policy.hash,
    name: (about.entry.entraDeviceId ?? randomUUID()).toUpperCase(),
    deviceId: profile.deviceId,
  })
  const context = toContext(profile, {
    enrolmentType,
    isInOobe,
    startedByPerson,
    opaqueBlob: about.entry.opaqueBlob,
    version: about.discovered.version,
  })
  const body = writeRequest({
    kind: 'Issue',
    message: (tamper.message?.(csr) ?? csr).toString('base64'),
    context: tamper.context?.(context) ?? context,
  })
  return post(
    {
      step: 'request',
      exchange: exchanges.request,
      url: about.discovered.enrolmentUrl,
      body,
      credential: about.credential,
    },
    parts,
    readIssued,
  )
}

const client = {
  'user-agent': 'ENROLLClient',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
} as const

export type Posting = {
  readonly step: Extract<StepName, 'discover' | 'policies' | 'request' | 'renew'>
  readonly exchange: Exchange
  readonly url: string
  readonly body: string
  readonly credential?: Credential
  readonly identity?: Sending['identity']
}

/** Posts a SOAP message and judges the answer. */
export function post<T>(
  posting: Posting,
  parts: Pick<EnrolParts, 'recorder' | 'tamper' | 'now'>,
  read: (content: ReturnType<typeof readEnvelope>) => T,
  outcome?: (result: T) => string,
): Promise<T> {
  const { step, exchange, url, credential } = posting
  const honest = writeEnvelope({ exchange, to: url, credential, body: posting.body })
  return parts.recorder.send(
    step,
    {
      method: 'POST',
      url,
      headers: { ...client, 'content-type': 'application/soap+xml; charset=utf-8' },
      body: parts.tamper.envelope?.(step, honest) ?? honest,
      identity: posting.identity,
    },
    (answer: Answer) => read(readEnvelope(answer, exchange, parts.now())),
    outcome,
  )
}

function change(
  tamper: ((honest: string) => string | undefined) | undefined,
  honest: string,
): string | undefined {
  return tamper ? tamper(honest) : honest
}
