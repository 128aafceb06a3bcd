import { addCertificate, revokeDeviceCertificates } from '../certificates/index.ts'
import { type DeviceId, type DeviceRow, lockDevice, saveEnrolled } from '../devices/index.ts'
import { type Db, isUniqueViolation } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { isPlanLost } from '../platform/planned-statements.ts'
import { writeTogether } from '../platform/write-together.ts'
import { refuseDevice } from './decide-enrolment.ts'
import { DIGESTS_PURPOSE, makeDigests } from './digests.ts'
import type { EnrolParts } from './enrol-parts.ts'
import { documentFor, repeatAnswer } from './enrolment-document.ts'
import { findBeside } from './find-beside.ts'
import type { Bearer } from './identify-bearer.ts'
import { useOwnToken } from './own-tokens-store.ts'
import { Refused } from './refusal.ts'
import { addStepTo, findAttemptOf } from './steps-store.ts'
import { findUse, lockTurns, saveUses, type Use } from './uses-store.ts'
import {
  actorOf,
  countedOwner,
  type TokenUse,
  toCandidate,
  toEnrolled,
  toNote,
  turnOf,
  type Wish,
} from './wish.ts'

/** A lost answer is asked for again within this time; later, a token that was used is one too many. */
const REPEAT_MS = 10 * 60_000

/**
 * Enrols one device in a transaction of its own: one that was here before, that comes with a token of
 * ours, or that asks for its lost answer once more.
 *
 * @returns the provisioning document.
 * @throws {Refused}
 */
export async function enrolAlone(parts: EnrolParts, wish: Wish): Promise<string> {
  const { organization } = wish.bearer
  const [repeated, attempt] = await Promise.all([
    findRepeated(parts, organization, wish.use),
    findAttemptOf(parts.db, organization, wish.step),
  ])
  if (repeated) return repeated
  const enrol = () =>
    parts.db.transaction().execute((tx) => enrolWithin(tx, parts, { ...wish, attempt }))
  try {
    return await enrol()
  } catch (error) {
    if (isPlanLost(error)) return await enrol()
    // Somebody was faster with this very token: as a rule the same device, which asked twice.
    if (!isUniqueViolation(error) && !isUsedUp(error)) throw error
    const late = await findRepeated(parts, organization, wish.use)
    if (late) return late
    throw error
  }
}

const isUsedUp = (error: unknown) => error instanceof Refused && error.refusal === 'ownTokenUsedUp'

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

/** @param wish `attempt`: to which its step is added, if there is one. */
async function enrolWithin(
  tx: Db,
  parts: EnrolParts,
  wish: Wish & { readonly attempt: string | undefined },
): Promise<string> {
  const { clock, certificates, secrets } = parts
  const { bearer, publicKey, standing } = wish
  const { organization } = bearer
  const now = clock.now()
  await spendOwnToken(tx, bearer, now)
  await lockTurns(tx, organization, [turnOf(wish)])
  const known = await checkRules(tx, wish)
  const digests = makeDigests()
  if (known?.secret_id) await secrets.remove(tx, organization, known.secret_id)
  const device = toEnrolled(wish, {
    id: (known?.id as DeviceId | undefined) ?? newId('dev'), // ids of rows were made here
    secretId: await secrets.seal(tx, organization, DIGESTS_PURPOSE, JSON.stringify(digests)),
    now,
  })
  const issued = await certificates.make(tx, standing, { deviceId: device.id, publicKey })
  await writeTogether(tx, [
    ...saveEnrolled(tx, organization, device),
    addCertificate(tx, issued),
    ...useOf(wish, { deviceId: device.id, certificate: issued.der, usedAt: now }),
    addStepTo(wish.attempt, organization, { ...wish.step, at: now, deviceId: device.id }),
  ])
  const revoked = known
    ? await revokeDeviceCertificates(tx, organization, device.id, {
        reason: 'superseded',
        now,
        except: issued.id,
      })
    : []
  const document = documentFor(parts, wish, { device, issued, digests })
  // Others of the organization wait from here on: nothing but the commit follows.
  const note = toNote({ device, issued, isKnown: known !== undefined, revoked: revoked.length })
  await wish.audit(tx, note, { organization, actor: actorOf(bearer) })
  return document
}

const useOf = ({ bearer, use }: Wish, now: Pick<Use, 'deviceId' | 'certificate' | 'usedAt'>) =>
  use ? [saveUses(bearer.organization, [{ ...use, ...now }])] : []

async function spendOwnToken(tx: Db, { organization, proof }: Bearer, now: Date): Promise<void> {
  if (proof.kind !== 'own') return
  const isLeft = await useOwnToken(tx, organization, { id: proof.token.id, now })
  if (!isLeft) throw new Refused('ownTokenUsedUp')
}

/** @returns the device's own row, where it has enrolled before. @throws {Refused} */
async function checkRules(tx: Db, wish: Wish): Promise<DeviceRow | undefined> {
  const { bearer, facts } = wish
  const { known, others } = await findBeside(tx, { bearer, facts, counted: countedOwner(wish) })
  const refusal = refuseDevice(
    bearer.rules,
    toCandidate(wish, others),
    bearer.proof.kind === 'entra',
  )
  if (refusal) throw new Refused(refusal)
  return known === undefined ? undefined : await lockDevice(tx, bearer.organization, known)
}
