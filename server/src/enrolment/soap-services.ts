import type { FastifyRequest } from 'fastify'
import { readCredential } from '../formats/enrolment/credential.ts'
import {
  agreeOnVersion,
  readDiscover,
  writeDiscoverResponse,
} from '../formats/enrolment/discover.ts'
import { writePolicies } from '../formats/enrolment/policies.ts'
import { readTokenRequest, writeTokenResponse } from '../formats/enrolment/security-token.ts'
import type { Envelope } from '../formats/soap/read-envelope.ts'
import { XmlRefused } from '../formats/xml/xml-element.ts'
import type { Audit } from '../platform/audit-note.ts'
import { toAuditEntry } from '../platform/http/audit-call.ts'
import type { AddressGate } from './address-gate.ts'
import type { NewStep } from './attempt.ts'
import { readTrail, writeTrail } from './discovery-trail.ts'
import { type EnrolDeviceParts, enrolDevice } from './enrol-device.ts'
import { stepOf } from './enrolment-step.ts'
import { type Bearer, identifyBearer } from './identify-bearer.ts'
import { renewalDays } from './provision.ts'
import { readDeviceFacts } from './read-context.ts'
import { type Refusal, Refused } from './refusal.ts'
import { RenewalRefused, renewCertificate } from './renew-certificate.ts'

export const DISCOVERY_PATH = '/EnrollmentServer/Discovery.svc'
export const POLICY_PATH = '/EnrollmentServer/Policy.svc'
export const ENROLMENT_PATH = '/EnrollmentServer/Enrollment.svc'
export const SIGN_IN_PATH = '/EnrollmentServer/SignIn'

export type ServiceParts = EnrolDeviceParts & {
  readonly addresses: AddressGate
  /** Whether a refusal of somebody unproven may still be recorded just now. */
  readonly admitsRecord: () => boolean
}

/** One request on its way to an answer. */
export type Exchange = {
  readonly envelope: Envelope
  readonly request: FastifyRequest
  readonly activityId: string
  readonly audit: Audit
}
export async function discover(
  { publicUrl, clock }: ServiceParts,
  { envelope, activityId, request }: Exchange,
): Promise<string> {
  const asked = readDiscover(envelope)
  const { origin } = publicUrl
  // Query strings may be added to these addresses [MS].
  const trail = writeTrail({ at: clock.now(), traceId: request.id })
  return writeDiscoverResponse({
    version: agreeOnVersion(asked.requestVersion),
    policyUrl: `${origin}${POLICY_PATH}?${trail}`,
    enrolmentUrl: `${origin}${ENROLMENT_PATH}?${trail}`,
    signInUrl: origin + SIGN_IN_PATH,
    relatesTo: envelope.messageId,
    activityId,
  })
}

export async function getPolicies(parts: ServiceParts, exchange: Exchange): Promise<string> {
  const { envelope, activityId, request } = exchange
  const bearer = await demandBearer(parts, exchange, 'policies')
  const { organization, person, proof } = bearer
  const claims = proof.kind === 'entra' ? proof.claims : undefined
  const now = parts.clock.now()
  const earlier = readTrail(request.query, now)
  const recorded = parts.looks.record(organization, {
    step: 'policies',
    at: now,
    traceId: request.id,
    userEntraId: person?.entraId ?? claims?.oid,
    userName: person?.userPrincipalName ?? claims?.userPrincipalName,
    entraDeviceId: claims?.deviceId,
    facts: bearer.facts,
    earlier,
    trail: earlier?.traceId,
  })
  const [{ settings }] = await Promise.all([parts.certificates.standingOf(organization), recorded])
  const { validityDays } = settings
  const validitySeconds = validityDays * DAY_SECONDS
  const notBefore = new Date(0)
  const notAfter = new Date(validitySeconds * 1000)
  return writePolicies({
    commonName: 'Mooring',
    validitySeconds,
    renewalSeconds: renewalDays({ notBefore, notAfter }) * DAY_SECONDS,
    relatesTo: envelope.messageId,
    activityId,
  })
}

const DAY_SECONDS = 24 * 60 * 60

export async function issueOrRenew(parts: ServiceParts, exchange: Exchange): Promise<string> {
  const { envelope, activityId, audit, request } = exchange
  const wanted = readTokenRequest(envelope)
  const traceId = request.id
  const document =
    wanted.kind === 'renew'
      ? await recording(parts, traceId, () =>
          renewCertificate(parts, { request: wanted.request, traceId, audit }),
        )
      : await issue()
  const relatesTo = envelope.messageId
  return writeTokenResponse({ document, now: parts.clock.now(), relatesTo, activityId })

  async function issue(): Promise<string> {
    const bearer = await demandBearer(parts, exchange, 'enrolment')
    const facts = readDeviceFacts(wanted.context)
    const trail = readTrail(request.query, parts.clock.now())?.traceId
    return await recording(
      parts,
      traceId,
      () => {
        const toEntry = toAuditEntry(request)
        return enrolDevice(parts, { request: wanted, bearer, traceId, trail, audit, toEntry })
      },
      { organization: bearer.organization, step: stepOf({ bearer, facts, traceId, trail }) },
    )
  }
}

type Where = {
  readonly organization: Bearer['organization']
  readonly step: Omit<NewStep, 'at'>
}

/** Records a refusal after its transaction was undone. */
async function recording(
  parts: ServiceParts,
  traceId: string,
  work: () => Promise<string>,
  where?: Where,
): Promise<string> {
  try {
    return await work()
  } catch (error) {
    const reason = toRefusal(error)
    const at = parts.clock.now()
    if (where) await parts.looks.record(where.organization, { ...where.step, at, reason })
    else if (error instanceof RenewalRefused && error.signer && parts.admitsRecord()) {
      const { organization, deviceId } = error.signer
      await parts.looks.record(organization, { step: 'renewal', at, reason, traceId, deviceId })
    }
    throw error
  }
}

/** @throws {Refused} with the refusal recorded, as far as it can be told whose it is. */
async function demandBearer(
  parts: ServiceParts,
  { envelope, request }: Exchange,
  step: 'policies' | 'enrolment',
): Promise<Bearer> {
  const token = readToken(envelope)
  if (token.kind === 'refused') {
    const { refusal: reason } = token
    if (parts.admitsRecord()) {
      const at = parts.clock.now()
      await parts.looks.record(await parts.home(), { step, at, traceId: request.id, reason })
    }
    throw new Refused(reason)
  }
  const identified = await identifyBearer(parts, token.token)
  if (identified.kind === 'known') {
    parts.addresses.prove(request.ip)
    return identified.bearer
  }
  const { kind: _, refusal, organization, ...who } = identified
  if (parts.admitsRecord()) {
    const at = parts.clock.now()
    await parts.looks.record(organization, {
      step,
      at,
      traceId: request.id,
      reason: refusal,
      ...who,
    })
  }
  throw new Refused(refusal)
}

const CREDENTIAL_REFUSALS = {
  password: 'passwordRefused',
  certificate: 'certificateRefused',
  none: 'credentialMissing',
  malformed: 'credentialMalformed',
} as const satisfies Record<string, Refusal>

function readToken({ security }: Envelope) {
  const credential = readCredential(security)
  if (credential.kind === 'token') return credential
  return { kind: 'refused', refusal: CREDENTIAL_REFUSALS[credential.kind] } as const
}

/** What a failure is told as: whatever is not a refusal is our fault. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal
  return error instanceof XmlRefused ? 'messageUnreadable' : 'ourFault'
}
