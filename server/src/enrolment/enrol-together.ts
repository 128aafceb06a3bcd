import { addCertificates, type IssuedCertificate } from '../certificates/index.ts'
import { type EnrolledDevice, listBesideEach, saveNew } from '../devices/index.ts'
import { createBatches } from '../platform/batches.ts'
import type { Db } from '../platform/database.ts'
import type { Auditor } from '../platform/http/audit-call.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { writeTogether } from '../platform/write-together.ts'
import { DIGESTS_PURPOSE, type Digests, makeDigests } from './digests.ts'
import type { EnrolParts } from './enrol-parts.ts'
import { documentFor } from './enrolment-document.ts'
import { judgeTogether, type Verdict } from './judge-together.ts'
import { addSteps } from './steps-store.ts'
import { findUsed, lockTurns, saveUses } from './uses-store.ts'
import { actorOf, countedOwner, toEnrolled, toNote, turnOf, type Wish } from './wish.ts'

type Parts = EnrolParts & { readonly auditor: Pick<Auditor, 'recordAll'> }

/** What became of one among many. */
export type Together =
  | { readonly kind: 'enrolled'; readonly document: string }
  | Exclude<Verdict, { kind: 'new' }>

/** Those who come while others are being written gather so long at least, once many come. */
const APART_MS = 10

/**
 * Enrols devices with a token of Entra's that are new here: those of one organization that ask at the
 * same time in one transaction, for what each of them costs is mostly the ways to the database and the
 * commit, which they would wait for one after the other.
 *
 * Each is judged by itself; where something fails, each is tried by itself. Not from within a transaction.
 */
export function createEnrolTogether(parts: Parts): (wish: Wish) => Promise<Together> {
  const lines = new Map<OrganizationId, (wish: Wish) => Promise<Together>>()
  return (wish) => {
    const { organization } = wish.bearer
    const line =
      lines.get(organization) ??
      createBatches((wishes: readonly Wish[]) => enrolAll(parts, organization, wishes), {
        apartMs: APART_MS,
      })
    lines.set(organization, line)
    return line(wish)
  }
}

async function enrolAll(
  parts: Parts,
  organization: OrganizationId,
  wishes: readonly Wish[],
): Promise<Together[]> {
  return await parts.db.transaction().execute(async (tx) => {
    await lockTurns(tx, organization, wishes.map(turnOf))
    const used = await findUsed(
      tx,
      organization,
      wishes.flatMap(({ use }) => use?.tokenHash ?? []),
    )
    const beside = await listBesideEach(tx, organization, wishes.map(toAsked))
    const verdicts = judgeTogether(
      wishes.map((wish, place) => ({
        wish,
        isUsed: used.has(wish.use?.tokenHash ?? ''),
        beside: beside[place] ?? [],
      })),
    )
    const admitted = wishes.filter((_, place) => verdicts[place]?.kind === 'new')
    const documents = await enrolNew(tx, parts, organization, admitted)
    return verdicts.map((verdict, place) => {
      if (verdict.kind !== 'new') return verdict
      const wish = wishes[place]
      return { kind: 'enrolled', document: (wish && documents.get(wish)) ?? '' }
    })
  })
}

const toAsked = (wish: Wish) => ({
  entraDeviceId: turnOf(wish).entraDevice,
  userEntraId: countedOwner(wish),
})

type Made = {
  readonly wish: Wish
  readonly device: EnrolledDevice
  readonly issued: IssuedCertificate
  readonly digests: Digests
}

/** Each with its provisioning document. */
async function enrolNew(
  tx: Db,
  parts: Parts,
  organization: OrganizationId,
  wishes: readonly Wish[],
): Promise<ReadonlyMap<Wish, string>> {
  if (wishes.length === 0) return new Map()
  const now = parts.clock.now()
  const made = await makeAll(tx, parts, wishes, now)
  await writeTogether(tx, [
    ...saveNew(
      organization,
      made.map(({ device }) => device),
    ),
    addCertificates(made.map(({ issued }) => issued)),
    saveUses(
      organization,
      made.flatMap(({ wish, device, issued }) =>
        wish.use
          ? [{ ...wish.use, deviceId: device.id, certificate: issued.der, usedAt: now }]
          : [],
      ),
    ),
  ])
  await addSteps(
    tx,
    made.map(({ wish, device }) => ({
      organization,
      step: { ...wish.step, at: now, deviceId: device.id },
    })),
  )
  const documents = new Map(made.map((one) => [one.wish, documentFor(parts, one.wish, one)]))
  // Others of the organization wait from here on: nothing but the commit follows.
  await parts.auditor.recordAll(
    tx,
    organization,
    made.map(({ wish, device, issued }) =>
      wish.toEntry(toNote({ device, issued, isKnown: false, revoked: 0 }), actorOf(wish.bearer)),
    ),
  )
  return documents
}

/** Rows and certificates, not kept yet; the secrets are. */
async function makeAll(
  tx: Db,
  { secrets, certificates }: Parts,
  wishes: readonly Wish[],
  now: Date,
): Promise<Made[]> {
  const [first] = wishes
  if (!first) return []
  const digests = wishes.map(makeDigests)
  const secretIds = await secrets.sealAll(
    tx,
    first.bearer.organization,
    DIGESTS_PURPOSE,
    digests.map((one) => JSON.stringify(one)),
  )
  return await Promise.all(
    wishes.map(async (wish, place) => {
      const device = toEnrolled(wish, {
        id: newId('dev'),
        secretId: secretIds[place] ?? '',
        now,
      })
      const { standing, publicKey } = wish
      const issued = await certificates.make(tx, standing, { deviceId: device.id, publicKey })
      return { wish, device, issued, digests: digests[place] ?? makeDigests() }
    }),
  )
}
