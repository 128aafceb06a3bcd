import { createPrivateKey, type KeyObject } from 'node:crypto'
import { makeCertificateRequest } from './certificate-request.ts'
import { writeDiscover } from './discover.ts'
import type { EntraSide } from './entra-side.ts'
import { exchanges, valueTypes } from './namespaces.ts'
import { writeGetPolicies } from './policies.ts'
import { clientHeaders } from './post-message.ts'
import { makeProfile } from './profile.ts'
import { type Context, toContext, writeRequest } from './request-token.ts'
import { inTurns, type SwarmResult, summarize } from './swarm.ts'
import { startTerms } from './terms.ts'
import { type Answer, type Sending, startTransport, type Transport } from './transport.ts'
import { makeKey, WindowsDevice } from './windows-device.ts'
import { type Credential, writeEnvelope } from './write-envelope.ts'

/** An Entra join with everything ready that does not depend on the server's answers. */
export type Prepared = {
  readonly user: string
  readonly terms: Sending
  readonly discover: string
  readonly credential: Credential
  readonly context: Context
  /** Base64 of the PKCS#10. */
  readonly message: string
  readonly discoveryUrl: string
}

const preparedAtOnce = 4

export type LoadOptions = {
  readonly entra: EntraSide
  readonly trust?: string
  readonly atOnce?: number
  /** Every so many goes through a device that judges everything; 0: none does. */
  readonly strictEvery?: number
}

/**
 * Prepares joins: tokens, keys and requests for certificates cost as much as the server's own work,
 * and would be measured with it.
 */
export async function prepareLoad(
  entra: EntraSide,
  users: readonly string[],
  count: number,
): Promise<Prepared[]> {
  const keys: KeyObject[] = []
  for (let made = 0; made < Math.min(16, count); made++)
    keys.push(createPrivateKey(await makeKey(2048)))
  const prepared: Prepared[] = []
  await inTurns(count, preparedAtOnce, async (number) => {
    const user = users[number % users.length]
    const key = keys[number % keys.length]
    if (user === undefined || !key) throw new RangeError('a load needs people')
    prepared[number] = await prepare(entra, user, key)
  })
  return prepared
}

async function prepare(entra: EntraSide, user: string, privateKey: KeyObject): Promise<Prepared> {
  const mobility = await entra.mobilityOf(user)
  if (!mobility) throw new Error(`no MDM application is meant for ${user}`)
  const profile = makeProfile()
  const { deviceId } = await entra.registerDevice({
    user,
    kind: 'join',
    name: profile.name,
    osVersion: profile.osVersion,
  })
  const csr = makeCertificateRequest({
    privateKey,
    hash: 'sha256',
    name: deviceId.toUpperCase(),
    deviceId: profile.deviceId,
  })
  return {
    user,
    terms: startTerms({
      termsOfUseUrl: mobility.termsOfUseUrl,
      token: await entra.termsToken({ user }),
      redirectUri: 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
      clientRequestId: deviceId,
      mode: 'azureadjoin',
      host: 'FRX',
      locale: profile.locale,
    }),
    discover: writeEnvelope({
      exchange: exchanges.discover,
      to: mobility.discoveryUrl,
      body: writeDiscover(profile),
    }),
    credential: { kind: 'jwt', token: await entra.enrolmentToken({ user, deviceId }) },
    context: toContext(profile, {
      enrolmentType: 'Device',
      isInOobe: true,
      startedByPerson: true,
      opaqueBlob: undefined,
      version: '4.0',
    }),
    message: csr.toString('base64'),
    discoveryUrl: mobility.discoveryUrl,
  }
}

/**
 * Enrols prepared joins with as little work of its own as can be: it looks for what the next request
 * needs, and for the document at the end. Every twentieth device is a real one that judges all of it.
 */
export async function runLoad(
  prepared: readonly Prepared[],
  options: LoadOptions,
): Promise<SwarmResult> {
  const atOnce = options.atOnce ?? 8
  const strictEvery = options.strictEvery ?? 20
  const strictKey = await makeKey(2048)
  // Connections are shared: setting them up would be measured, too, and TLS is another benchmark.
  const transport = startTransport({ ...trust(options) })
  const tally = { enrolled: 0, failed: 0, byCode: {} as Record<string, number> }
  const times: number[] = []
  const startedAt = performance.now()
  await inTurns(prepared.length, atOnce, async (number) => {
    const join = prepared[number]
    if (!join) return
    const began = performance.now()
    const failure =
      strictEvery > 0 && (number + 1) % strictEvery === 0
        ? await enrolStrictly(join, strictKey, options)
        : await enrolLightly(join, transport).catch((error: Error) => error.message)
    if (failure === undefined) {
      tally.enrolled++
      times.push(performance.now() - began)
      return
    }
    tally.failed++
    tally.byCode[failure] = (tally.byCode[failure] ?? 0) + 1
  })
  const seconds = (performance.now() - startedAt) / 1000
  transport.close()
  return { ...tally, seconds, perSecond: tally.enrolled / seconds, ...summarize(times) }
}

/** @returns the code with which the device stopped; undefined when it is enrolled */
async function enrolStrictly(
  { user }: Prepared,
  key: string,
  options: LoadOptions,
): Promise<string | undefined> {
  const device = new WindowsDevice({
    entra: options.entra,
    makeKey: () => Promise.resolve(key),
    ...trust(options),
  })
  const report = await device.enrol({ kind: 'oobe', user })
  return report.ok ? undefined : (report.code ?? 'unknown')
}

async function enrolLightly(join: Prepared, transport: Transport): Promise<string | undefined> {
  const terms = await transport.send(join.terms)
  const blob = /[?&]OpaqueBlob=([^&]+)/.exec(terms.headers.location ?? '')?.[1]
  if (blob === undefined) return `terms ${terms.status}`
  const probe = await transport.send({
    method: 'GET',
    url: join.discoveryUrl,
    headers: clientHeaders,
  })
  if (probe.status !== 200) return `probe ${probe.status}`
  const discovered = await post(transport, join.discoveryUrl, join.discover)
  const policyUrl = find(discovered, 'EnrollmentPolicyServiceUrl')
  const enrolmentUrl = find(discovered, 'EnrollmentServiceUrl')
  if (policyUrl === undefined || enrolmentUrl === undefined) return `discover ${discovered.status}`
  const { credential } = join
  const policies = await post(
    transport,
    policyUrl,
    writeEnvelope({
      exchange: exchanges.policies,
      to: policyUrl,
      credential,
      body: writeGetPolicies(),
    }),
  )
  if (policies.status !== 200) return `policies ${policies.status}`
  const context: Context = [...join.context, ['EnrollmentData', decodeURIComponent(blob)]]
  const issued = await post(
    transport,
    enrolmentUrl,
    writeEnvelope({
      exchange: exchanges.request,
      to: enrolmentUrl,
      credential,
      body: writeRequest({ kind: 'Issue', message: join.message, context }),
    }),
  )
  const isEnrolled = issued.status === 200 && issued.body.includes(valueTypes.document)
  return isEnrolled ? undefined : `request ${issued.status}`
}

function post(transport: Transport, url: string, body: string): Promise<Answer> {
  const headers = { ...clientHeaders, 'content-type': 'application/soap+xml; charset=utf-8' }
  return transport.send({ method: 'POST', url, headers, body })
}

function find({ body }: Answer, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<\\s]+)`).exec(body.toString('latin1'))?.[1]
}

function trust(options: LoadOptions): { trust?: string } {
  return options.trust === undefined ? {} : { trust: options.trust }
}
