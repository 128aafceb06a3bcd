import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto'
import { beginEnrolment, type Entry } from './begin-enrolment.ts'
import { makeCertificateRequest } from './certificate-request.ts'
import { type Discovered, readDiscovered, writeDiscover } from './discover.ts'
import type { EnrolParts } from './enrol-parts.ts'
import { type EnrolmentFlow, toTraits } from './flow.ts'
import { exchanges } from './namespaces.ts'
import {
  type CertificatePolicy,
  chooseProvider,
  noPolicy,
  readPolicies,
  writeGetPolicies,
} from './policies.ts'
import { clientHeaders, postMessage } from './post-message.ts'
import { type DeviceEnrolment, provision } from './provision.ts'
import { readIssued, toContext, writeRequest } from './request-token.ts'
import { codes, WindowsError } from './windows-error.ts'
import type { Credential } from './write-envelope.ts'

/** Enrols a device from the first request to the installed document. @throws WindowsError */
export async function enrolDevice(
  flow: EnrolmentFlow,
  parts: EnrolParts,
): Promise<DeviceEnrolment> {
  const entry = await beginEnrolment(flow, parts)
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

async function discover(entry: Entry, parts: EnrolParts): Promise<Discovered> {
  const { recorder, profile, tamper } = parts
  const { discoveryUrl } = entry
  await recorder.send(
    'probe',
    { method: 'GET', url: discoveryUrl, headers: clientHeaders },
    (answer) => {
      if (answer.status >= 300 && answer.status < 400)
        throw new WindowsError(codes.redirectNotSecure, `redirected to ${answer.headers.location}`)
      if (answer.status !== 200)
        throw new WindowsError(codes.unknownServerError, `the probe got ${answer.status}`)
    },
  )
  const body = writeDiscover(profile, {
    email: entry.email,
    turn: tamper.turnDiscover ?? false,
  })
  return postMessage(
    { step: 'discover', exchange: exchanges.discover, url: discoveryUrl, body },
    parts,
    (content) => readDiscovered(content, profile),
    ({ authPolicy, version }) => `ok: ${authPolicy} ${version}`,
  )
}

async function fetchPolicy(
  discovered: Discovered,
  credential: Credential,
  parts: EnrolParts,
): Promise<CertificatePolicy> {
  const url = discovered.policyUrl
  if (url === undefined) return noPolicy('the server names no policy service')
  const policy = await postMessage(
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
    throw new WindowsError(codes.keyNotMade, `no such provider: ${policy.providers.join(', ')}`)
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
  return postMessage(
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
