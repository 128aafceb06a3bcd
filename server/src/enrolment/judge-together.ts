import { refuseDevice } from './decide-enrolment.ts'
import { type DeviceBeside, judgeBeside } from './find-beside.ts'
import type { Refusal } from './refusal.ts'
import { toCandidate, userOf, type Wish } from './wish.ts'

/** One of those who ask at the same time, with what is enrolled already beside it. */
export type Applicant = {
  readonly wish: Wish
  /** Whether its token was used before. */
  readonly isUsed: boolean
  /** As `listBesideEach` finds it. */
  readonly beside: readonly DeviceBeside[]
}
export type Verdict =
  | { readonly kind: 'new' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Not new, or not the only one who asks for it: to be looked at by itself, afterwards. */
  | { readonly kind: 'alone' }

/** Judges them in their order: those before count as enrolled for those behind. */
export function judgeTogether(applicants: readonly Applicant[]): Verdict[] {
  const devices = new Set<string>()
  const enrolledBy = new Map<string, number>()
  return applicants.map((applicant) => {
    const { wish } = applicant
    const { proof } = wish.bearer
    const deviceId = proof.kind === 'entra' ? proof.claims.deviceId : undefined
    if (deviceId !== undefined && devices.has(deviceId)) return { kind: 'alone' }
    const person = userOf(wish)?.entraId ?? ''
    const verdict = judgeOne(applicant, enrolledBy.get(person) ?? 0)
    if (deviceId !== undefined) devices.add(deviceId)
    if (verdict.kind === 'new') enrolledBy.set(person, (enrolledBy.get(person) ?? 0) + 1)
    return verdict
  })
}

function judgeOne({ wish, isUsed, beside }: Applicant, othersBefore: number): Verdict {
  const { bearer, facts } = wish
  if (isUsed || bearer.proof.kind === 'own') return { kind: 'alone' }
  const found = judgeBeside(beside, bearer.proof.claims, facts)
  if (found.kind === 'refused') return found
  if (found.known !== undefined) return { kind: 'alone' }
  const candidate = toCandidate(wish, found.others + othersBefore)
  const refusal = refuseDevice(bearer.rules, candidate, true)
  return refusal ? { kind: 'refused', refusal } : { kind: 'new' }
}
