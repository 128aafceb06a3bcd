import { isPublicAddress } from '../platform/http/guarded-lookup.ts'
import {
  callOutside,
  lookUpName,
  type OutsideLimits,
  type OutsideRequest,
  shakeHands,
} from '../platform/http/outside-call.ts'
import {
  type Judgement,
  judgeDiscovery,
  judgeEnrolment,
  judgeFailure,
  judgeHandshake,
  judgePolicy,
  judgeProbe,
  judgeTerms,
  judgeTermsToken,
  TIMEOUT_SECONDS,
} from './judge-outside.ts'
import type { OutsideFinding } from './outside-finding.ts'
import { writeDiscover, writeGetPolicies, writeUnusableRequest } from './outside-messages.ts'

export type OutsideTestParts = {
  readonly publicUrl: URL
  readonly now: Date
  /** Of this server's making; see `openTestToken`. */
  readonly token: string
  /** Windows' id of the request for the terms. */
  readonly requestId: string
  /** Domains of people's names, of which `enterpriseenrollment.<domain>` is looked at. */
  readonly domains: readonly string[]
}

const PATH = '/EnrollmentServer/Discovery.svc'
const RETURN = 'ms-appx-web://Microsoft.AAD.BrokerPlugin'
const PROBE = { 'user-agent': 'ENROLLClient', 'cache-control': 'no-cache', pragma: 'no-cache' }
const SOAP = { 'user-agent': 'ENROLLClient', 'content-type': 'application/soap+xml; charset=utf-8' }
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,61}$/

/** The operator said where this server is: it may be called wherever that leads. */
const OWN: OutsideLimits = { timeoutMs: TIMEOUT_SECONDS * 1000, mayConnect: () => true }
/** People's domains are what a tenant says: no way into the networks of this server. */
const FOREIGN: OutsideLimits = { ...OWN, mayConnect: isPublicAddress }

/**
 * Calls this server by its public name as Windows would, step by step up to the certificate. Nothing is
 * enrolled. What stands between this server and its own public address is seen, what stands between there
 * and a device is not.
 */
export async function testFromOutside(parts: OutsideTestParts): Promise<OutsideFinding[]> {
  const [own, ...domains] = await Promise.all([
    testOwn(parts),
    ...parts.domains
      .filter((domain) => DOMAIN.test(domain))
      .map((domain) => testDomain(parts, domain)),
  ])
  return [...own, ...domains]
}

type Steps = readonly (readonly [id: string, run: () => Promise<Judgement>])[]

async function testOwn(parts: OutsideTestParts): Promise<OutsideFinding[]> {
  const findings: OutsideFinding[] = []
  let isCut = false
  for (const [id, run] of stepsOf(parts)) {
    const judged: Judgement = isCut ? { state: 'skipped', code: 'notReached' } : await run()
    findings.push({ id, ...judged })
    // What follows would only say the same.
    isCut ||= judged.state === 'failed' && ['dns', 'tls', 'discovery.probe'].includes(id)
  }
  return findings
}

function stepsOf({ publicUrl, now, token, requestId }: OutsideTestParts): Steps {
  const { origin, hostname: host } = publicUrl
  const isEncrypted = publicUrl.protocol === 'https:'
  const skip = async (): Promise<Judgement> => ({ state: 'skipped', code: 'loopback' })
  const call = async (
    wanted: Omit<OutsideRequest, 'url'> & { readonly path: string },
    judge: Parameters<typeof judged>[1],
  ) => judged({ ...wanted, url: origin + wanted.path }, judge, OWN, host)
  const soap = (path: string, body: string, judge: Parameters<typeof judged>[1]) =>
    call({ method: 'POST', path, headers: SOAP, body }, judge)
  const probe = (path: string) => call({ method: 'GET', path, headers: PROBE }, judgeProbe)
  const discover = (path: string) =>
    soap(path, writeDiscover(origin + path), (answer) => judgeDiscovery(answer, origin))
  const terms = (headers: Readonly<Record<string, string>>) => ({
    method: 'GET' as const,
    path: `/api/device/v1/windows/termsOfUse?redirect_uri=${encodeURIComponent(RETURN)}&client-request-id=${requestId}&api-version=1.0&mode=azureadjoin`,
    headers,
  })
  return [
    ['dns', isEncrypted ? () => testName(host) : skip],
    [
      'tls',
      isEncrypted ? async () => judgeHandshake(host, await shakeHands(publicUrl, OWN), now) : skip,
    ],
    ['discovery.probe', () => probe('/')],
    ['discovery', () => discover('/')],
    ['discovery.pathProbe', () => probe(PATH)],
    ['discovery.path', () => discover(PATH)],
    ['terms', () => call(terms({}), (answer) => judgeTerms(answer, RETURN))],
    [
      'terms.token',
      async () => {
        const without = await callOutside({ ...terms({}), url: origin + terms({}).path }, OWN)
        const authorization = 'Bearer outside-test'
        return await call(terms({ authorization }), (answer) =>
          without.kind === 'answer'
            ? judgeTermsToken(answer, without, RETURN)
            : judgeFailure(host, without.code),
        )
      },
    ],
    [
      'policy',
      () => {
        const path = '/EnrollmentServer/Policy.svc'
        return soap(path, writeGetPolicies(origin + path, token), judgePolicy)
      },
    ],
    [
      'enrolment',
      () => {
        const path = '/EnrollmentServer/Enrollment.svc'
        return soap(path, writeUnusableRequest(origin + path, token), judgeEnrolment)
      },
    ],
  ]
}

async function judged(
  wanted: OutsideRequest,
  judge: (
    answer: Extract<Awaited<ReturnType<typeof callOutside>>, { kind: 'answer' }>,
  ) => Judgement,
  limits: OutsideLimits,
  host: string,
): Promise<Judgement> {
  const answer = await callOutside(wanted, limits)
  return answer.kind === 'answer' ? judge(answer) : judgeFailure(host, answer.code)
}

async function testName(host: string): Promise<Judgement> {
  const found = await lookUpName(host, TIMEOUT_SECONDS * 1000)
  if (found.kind === 'failed') return judgeFailure(host, found.code)
  const addresses = found.addresses.join(', ')
  return found.addresses.some(isPublicAddress)
    ? { state: 'passed', code: 'nameFound', values: { host, addresses } }
    : { state: 'warning', code: 'namePrivate', values: { host, addresses } }
}

/** Where people who type their address are led to. It may lead nowhere: only few need it. */
async function testDomain(
  { publicUrl, now }: OutsideTestParts,
  domain: string,
): Promise<OutsideFinding> {
  const host = `enterpriseenrollment.${domain}`
  const url = new URL(`https://${host}${PATH}`)
  const judgement = await judgeDomain()
  return { id: `domain:${domain}`, ...judgement, values: { host, ...judgement.values } }

  async function judgeDomain(): Promise<Judgement> {
    const found = await lookUpName(host, TIMEOUT_SECONDS * 1000)
    if (found.kind === 'failed') {
      const isUnset = found.code === 'ENOTFOUND'
      return { state: 'skipped', code: isUnset ? 'domainUnset' : 'nameServerSilent' }
    }
    const shaken = judgeHandshake(host, await shakeHands(url, FOREIGN), now)
    if (shaken.state === 'failed') return shaken
    const body = writeDiscover(url.href)
    const answered = await judged(
      { method: 'POST', url: url.href, headers: SOAP, body },
      (answer) => judgeDiscovery(answer, publicUrl.origin),
      FOREIGN,
      host,
    )
    // Another management's name is no fault of this server's, but whoever types it lands there.
    if (answered.code === 'leadsElsewhere') {
      const named = answered.values?.['host'] ?? '–'
      return { state: 'warning', code: 'domainElsewhere', values: { named } }
    }
    if (answered.state !== 'passed') return answered
    return shaken.state === 'warning' ? shaken : { state: 'passed', code: 'domainHere' }
  }
}
