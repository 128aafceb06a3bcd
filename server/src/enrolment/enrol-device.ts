import {
  addCertificate,
  type Certificates,
  checkCertificateRequest,
  revokeDeviceCertificates,
  type Standing,
} from '../certificates/index.ts'
import {
  type DeviceId,
  type DeviceRow,
  type EnrolledDevice,
  lockDevice,
  saveEnrolled,
} from '../devices/index.ts'
import type { TokenRequest } from '../formats/enrolment/security-token.ts'
import type { Audit } from '../platform/audit-note.ts'
import { type Db, isUniqueViolation } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { isPlanLost } from '../platform/planned-statements.ts'
import type { Secrets } from '../platform/secrets.ts'
import { writeTogether } from '../platform/write-together.ts'
import { judgeReceipt, type Receipt, type TermsKeys } from '../terms-of-use/index.ts'
import type { NewStep } from './attempt.ts'
import { refuseDevice } from './decide-enrolment.ts'
import { DIGESTS_PURPOSE, type Digests, makeDigests } from './digests.ts'
import { repeatAnswer } from './enrolment-document.ts'
import { stepOf } from './enrolment-step.ts'
import { findBeside } from './find-beside.ts'
import type { Bearer, BearerParts } from './identify-bearer.ts'
import { hashOf } from './own-token.ts'
import { useOwnToken } from './own-tokens-store.ts'
import { provisionDevice } from './provision.ts'
import { type DeviceFacts, readDeviceFacts } from './read-context.ts'
import { type Refusal, Refused } from './refusal.ts'
import { addStepTo, findAttemptOf } from './steps-store.ts'
import { findUse, lockTurns, saveUse, type Use } from './uses-store.ts'

export type EnrolParts = BearerParts & {
  readonly secrets: Secrets
  /** Where managed devices come. */
  readonly deviceUrl: URL
  readonly certificates: Pick<Certificates, 'prepare' | 'standingOf' | 'make'>
  readonly termsKeys: TermsKeys
}
type Occasion = {
  readonly request: TokenRequest
  readonly bearer: Bearer
  readonly traceId: string
  /** What it brought from its discovery. */
  readonly trail: string | undefined
  readonly audit: Audit
}

/** A lost answer is asked for again within this time; later, a token that was used is one too many. */
const REPEAT_MS = 10 * 60_000

const REQUEST_REFUSALS = {
  malformed: 'requestMalformed',
  algorithm: 'requestAlgorithm',
  sha1: 'requestSha1',
  weakKey: 'requestWeakKey',
  keyKind: 'requestKeyKind',
  signature: 'requestSignature',
} as const satisfies Record<string, Refusal>

/**
 * Enrols a device: row, certificate, secrets, attempt and event are committed together. The same request
 * once more, because its answer was lost, gets the same certificate.
 *
 * @returns the provisioning document.
 * @throws {Refused}
 * @see windows-mdm.md 4.4
 */
export async function enrolDevice(parts: EnrolParts, occasion: Occasion): Promise<string> {
  const { db, certificates, looks } = parts
  const { request, bearer } = occasion
  const { organization } = bearer
  const facts = readDeviceFacts(request.context)
  const receipt = await readReceipt(parts, bearer, facts)
  const standing = await certificates.prepare(organization)
  const { sha1Allowed } = standing.settings
  const checked = checkCertificateRequest(request.request, { sha1Allowed })
  if (checked.kind === 'refused') throw new Refused(REQUEST_REFUSALS[checked.refusal])
  const { publicKey, isSha1 } = checked
  const use = tokenUseOf(bearer, publicKey)
  const step = { ...stepOf({ ...occasion, facts, receipt, isSha1 }), at: parts.clock.now() }
  const [organizationName, repeated, attempt] = await Promise.all([
    looks.nameOf(organization),
    findRepeated(parts, organization, use),
    findAttemptOf(db, organization, step),
  ])
  if (repeated) return repeated
  const wish: Wish = {
    ...occasion,
    facts,
    receipt,
    publicKey,
    use,
    standing,
    organizationName,
    step,
    attempt,
  }
  const enrol = () => db.transaction().execute((tx) => enrolWithin(tx, parts, wish))
  try {
    return await enrol()
  } catch (error) {
    if (isPlanLost(error)) return await enrol()
    // Somebody was faster with this very token: as a rule the same device, which asked twice.
    if (!isUniqueViolation(error) && !isUsedUp(error)) throw error
    const late = await findRepeated(parts, organization, use)
    if (late) return late
    throw error
  }
}

const isUsedUp = (error: unknown) => error instanceof Refused && error.refusal === 'ownTokenUsedUp'

type TokenUse = Pick<Use, 'tokenHash' | 'requestHash' | 'expiresAt'>
type Wish = Occasion & {
  readonly facts: DeviceFacts
  readonly receipt: Receipt | undefined
  readonly publicKey: Uint8Array
  readonly use: TokenUse | undefined
  readonly standing: Standing
  readonly organizationName: string
  readonly step: NewStep
  /** To which the step is added, if there is one. */
  readonly attempt: string | undefined
}

/** The answer that a token has had already. @throws {Refused} when it was for something else, or long ago. */
async function findRepeated(
  parts: EnrolParts,
  organization: OrganizationId,
  use: TokenUse | undefined,
): Promise<string | undefined> {
  const { db, clock } = parts
  const found = use && (await findUse(db, organization, use.tokenHash))
  if (!found) return undefined
  const age = clock.now().getTime() - found.usedAt.getTime()
  if (found.requestHash !== use.requestHash || age > REPEAT_MS) throw new Refused('tokenUsed')
  return await repeatAnswer(db, parts, { organization, ...found })
}

/** The receipt, if there is one. @throws {Refused} for one that is not for this person, or not ours. */
async function readReceipt(
  { clock, termsKeys }: EnrolParts,
  { organization, proof }: Bearer,
  { receipt }: DeviceFacts,
): Promise<Receipt | undefined> {
  // A token of our own was never at the terms of use.
  if (receipt === undefined || proof.kind === 'own') return undefined
  const verdict = judgeReceipt(receipt, await termsKeys.find(organization), clock.now())
  if (verdict.kind === 'refused') throw new Refused(verdict.reason)
  const { tid, oid } = verdict.receipt
  if (tid !== proof.claims.tenantId || oid !== proof.claims.oid)
    throw new Refused('receiptOfAnother')
  return verdict.receipt
}

async function enrolWithin(tx: Db, parts: EnrolParts, wish: Wish): Promise<string> {
  const { clock, certificates, deviceUrl } = parts
  const { bearer, publicKey, standing, organizationName } = wish
  const { organization, proof } = bearer
  const now = clock.now()
  await spendOwnToken(tx, bearer, now)
  const owner = userOf(wish)
  const entraDevice = proof.kind === 'entra' ? proof.claims.deviceId : undefined
  await lockTurns(tx, organization, { person: owner?.entraId, entraDevice })
  const known = await checkRules(tx, wish, owner?.entraId)
  const digests = makeDigests()
  const device = await toEnrolled(tx, parts, { wish, known, digests, now })
  const issued = await certificates.make(tx, standing, { deviceId: device.id, publicKey })
  await writeTogether(tx, [
    ...saveEnrolled(tx, organization, device),
    addCertificate(tx, issued),
    ...useOf(tx, wish, { deviceId: device.id, certificate: issued.der, usedAt: now }),
    addStepTo(wish.attempt, organization, { ...wish.step, at: now, deviceId: device.id }),
  ])
  const revoked = known
    ? await revokeDeviceCertificates(tx, organization, device.id, {
        reason: 'superseded',
        now,
        except: issued.id,
      })
    : []
  const document = provisionDevice({
    deviceUrl,
    organizationName,
    device,
    userPrincipalName: device.user?.userPrincipalName,
    certificate: issued,
    authority: issued.authority,
    digests,
  })
  // Others of the organization wait from here on: nothing but the commit follows.
  await wish.audit(
    tx,
    {
      action: known ? 'device.re-enrolled' : 'device.enrolled',
      object: { kind: 'device', id: device.id, name: device.name },
      details: {
        certificate: issued.fingerprint,
        ownership: device.ownership,
        ...(device.groupName === undefined ? {} : { group: device.groupName }),
        ...(revoked.length > 0 ? { certificatesRevoked: revoked.length } : {}),
      },
    },
    { organization, actor: actorOf(bearer) },
  )
  return document
}

const useOf = (
  tx: Db,
  { bearer, use }: Wish,
  now: Pick<Use, 'deviceId' | 'certificate' | 'usedAt'>,
) => (use ? [saveUse(tx, bearer.organization, { ...use, ...now })] : [])

function actorOf({ person, proof }: Bearer) {
  if (person) return { kind: 'user', id: person.id, name: person.userPrincipalName } as const
  const name = proof.kind === 'own' ? proof.token.name : (proof.claims.userPrincipalName ?? '')
  return { kind: 'token', id: proof.kind === 'own' ? proof.token.id : null, name } as const
}

/** What a token was used for. Of our own, only those that are good for once are looked at in this way. */
function tokenUseOf({ proof }: Bearer, publicKey: Uint8Array): TokenUse | undefined {
  const key = Buffer.from(publicKey).toString('base64')
  if (proof.kind === 'own') {
    const { id, most_uses, expires_at } = proof.token
    if (most_uses !== 1) return undefined
    return { tokenHash: hashOf('own', id), requestHash: hashOf(key), expiresAt: expires_at }
  }
  const { id, oid, deviceId, expiresAt } = proof.claims
  return {
    tokenHash: hashOf('entra', oid, id),
    requestHash: hashOf(deviceId ?? '', key),
    expiresAt,
  }
}

async function spendOwnToken(tx: Db, { organization, proof }: Bearer, now: Date): Promise<void> {
  if (proof.kind !== 'own') return
  const isLeft = await useOwnToken(tx, organization, { id: proof.token.id, now })
  if (!isLeft) throw new Refused('ownTokenUsedUp')
}

/** @returns the device's own row, where it has enrolled before. @throws {Refused} */
async function checkRules(
  tx: Db,
  wish: Wish,
  owner: string | undefined,
): Promise<DeviceRow | undefined> {
  const { bearer, facts, receipt } = wish
  const { organization, rules } = bearer
  const counted = rules.devicesPerPerson === null ? undefined : owner
  const { known, others } = await findBeside(tx, { bearer, facts, counted })
  const candidate = {
    ownership: ownershipOf(wish),
    build: facts.build,
    edition: facts.edition,
    hasReceipt: receipt !== undefined,
    otherDevices: others,
  }
  const refusal = refuseDevice(rules, candidate, bearer.proof.kind === 'entra')
  if (refusal) throw new Refused(refusal)
  return known === undefined ? undefined : await lockDevice(tx, organization, known)
}

/** What only the terms of use are told: whether Entra makes the device the organization's. */
function ownershipOf({ bearer, receipt, facts }: Wish): 'corporate' | 'personal' {
  if (bearer.proof.kind === 'own') return bearer.proof.token.ownership
  if (receipt) return receipt.join ? 'corporate' : 'personal'
  return facts.scope === 'device' ? 'corporate' : 'personal'
}

function userOf({ bearer }: Wish): EnrolledDevice['user'] {
  const { person, proof } = bearer
  if (person) {
    const { id, entraId, name, userPrincipalName } = person
    return { id, entraId, name, userPrincipalName }
  }
  if (proof.kind === 'own') return undefined
  const { oid, name, userPrincipalName } = proof.claims
  return { id: undefined, entraId: oid, name: name ?? userPrincipalName ?? oid, userPrincipalName }
}

type Making = {
  readonly wish: Wish
  readonly known: DeviceRow | undefined
  readonly digests: Digests
  readonly now: Date
}

async function toEnrolled(
  tx: Db,
  { secrets }: EnrolParts,
  making: Making,
): Promise<EnrolledDevice> {
  const { wish, known, digests, now } = making
  const { organization, proof } = wish.bearer
  if (known?.secret_id) await secrets.remove(tx, organization, known.secret_id)
  const { receipt: _, ...facts } = wish.facts
  return {
    ...facts,
    id: (known?.id as DeviceId | undefined) ?? newId('dev'), // ids of rows were made here
    entraDeviceId: proof.kind === 'entra' ? proof.claims.deviceId : undefined,
    ownership: ownershipOf(wish),
    user: userOf(wish),
    groupName: proof.kind === 'own' ? (proof.token.group_name ?? undefined) : undefined,
    secretId: await secrets.seal(tx, organization, DIGESTS_PURPOSE, JSON.stringify(digests)),
    now,
  }
}
