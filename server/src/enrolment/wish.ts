import type { PollSchedule } from '@mooring/contract/poll-schedule'
import type { IssuedCertificate, Standing } from '../certificates/index.ts'
import type { EnrolledDevice } from '../devices/index.ts'
import type { TokenRequest } from '../formats/enrolment/security-token.ts'
import type { Audit, AuditActor, AuditNote } from '../platform/audit-note.ts'
import type { AuditEntry } from '../platform/http/audit-call.ts'
import type { Receipt } from '../terms-of-use/index.ts'
import type { NewStep } from './attempt.ts'
import type { Candidate } from './decide-enrolment.ts'
import type { Bearer } from './identify-bearer.ts'
import type { DeviceFacts } from './read-context.ts'
import type { Turn, Use } from './uses-store.ts'

/** A request for a certificate, and who brings it. */
export type Occasion = {
  readonly request: TokenRequest
  readonly bearer: Bearer
  readonly traceId: string
  /** What it brought from its discovery. */
  readonly trail: string | undefined
  readonly audit: Audit
  /** For what is recorded together with the deeds of others. */
  readonly toEntry: (note: AuditNote, actor: AuditActor) => AuditEntry
}

export type TokenUse = Pick<Use, 'tokenHash' | 'requestHash' | 'expiresAt'>

/** What is to be enrolled, with everything that needs no look at what is enrolled already. */
export type Wish = Occasion & {
  readonly facts: DeviceFacts
  readonly receipt: Receipt | undefined
  readonly publicKey: Uint8Array
  readonly use: TokenUse | undefined
  readonly standing: Standing
  readonly organizationName: string
  readonly poll: PollSchedule
  readonly step: NewStep
}

/** What only the terms of use are told: whether Entra makes the device the organization's. */
function ownershipOf({ bearer, receipt, facts }: Wish): 'corporate' | 'personal' {
  if (bearer.proof.kind === 'own') return bearer.proof.token.ownership
  if (receipt) return receipt.join ? 'corporate' : 'personal'
  return facts.scope === 'device' ? 'corporate' : 'personal'
}

/** @param otherDevices how many the person has enrolled besides. */
export function toCandidate(wish: Wish, otherDevices: number): Candidate {
  const { facts, receipt } = wish
  return {
    ownership: ownershipOf(wish),
    build: facts.build,
    edition: facts.edition,
    hasReceipt: receipt !== undefined,
    otherDevices,
  }
}

export function userOf({ bearer }: Wish): EnrolledDevice['user'] {
  const { person, proof } = bearer
  if (person) {
    const { id, entraId, name, userPrincipalName } = person
    return { id, entraId, name, userPrincipalName }
  }
  if (proof.kind === 'own') return undefined
  const { oid, name, userPrincipalName } = proof.claims
  return { id: undefined, entraId: oid, name: name ?? userPrincipalName ?? oid, userPrincipalName }
}

/** Whose turn an enrolment takes. */
export function turnOf(wish: Wish): Turn {
  const { proof } = wish.bearer
  return {
    person: userOf(wish)?.entraId,
    entraDevice: proof.kind === 'entra' ? proof.claims.deviceId : undefined,
  }
}

/** Whose devices are counted, where the organization limits them. */
export const countedOwner = (wish: Wish): string | undefined =>
  wish.bearer.rules.devicesPerPerson === null ? undefined : userOf(wish)?.entraId

/** The device as it will be kept. */
export function toEnrolled(
  wish: Wish,
  given: Pick<EnrolledDevice, 'id' | 'secretId' | 'now'>,
): EnrolledDevice {
  const { proof } = wish.bearer
  const { receipt: _, ...facts } = wish.facts
  return {
    ...facts,
    ...given,
    entraDeviceId: proof.kind === 'entra' ? proof.claims.deviceId : undefined,
    ownership: ownershipOf(wish),
    user: userOf(wish),
    groupName: proof.kind === 'own' ? (proof.token.group_name ?? undefined) : undefined,
  }
}

type Done = {
  readonly device: EnrolledDevice
  readonly issued: IssuedCertificate
  readonly isKnown: boolean
  /** How many certificates ended with it. */
  readonly revoked: number
}

/** What the record says of an enrolment. */
export const toNote = ({ device, issued, isKnown, revoked }: Done): AuditNote => ({
  action: isKnown ? 'device.re-enrolled' : 'device.enrolled',
  object: { kind: 'device', id: device.id, name: device.name },
  details: {
    certificate: issued.fingerprint,
    ownership: device.ownership,
    ...(device.groupName === undefined ? {} : { group: device.groupName }),
    ...(revoked > 0 ? { certificatesRevoked: revoked } : {}),
  },
})

/** Who enrolls, for the record. */
export function actorOf({ person, proof }: Bearer): AuditActor {
  if (person) return { kind: 'user', id: person.id, name: person.userPrincipalName }
  const name = proof.kind === 'own' ? proof.token.name : (proof.claims.userPrincipalName ?? '')
  return { kind: 'token', id: proof.kind === 'own' ? proof.token.id : null, name }
}
