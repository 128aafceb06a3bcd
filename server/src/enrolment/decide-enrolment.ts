import type { EnrolmentRules } from '@mooring/contract/enrolment'
import type { Refusal } from './refusal.ts'

/** Until somebody says otherwise: everybody who is synchronised, any Windows, but not any number. */
export const DEFAULT_RULES: EnrolmentRules = {
  who: { kind: 'all' },
  devicesPerPerson: 20,
  minimumBuild: null,
  editions: null,
  corporate: true,
  personal: true,
  unknownUsers: 'refuse',
  withoutTerms: false,
}

/** Whose device it would be, as the directory knows them. */
export type Enroller = {
  /** `unknown`: the directory has nobody with this id. */
  readonly state: 'active' | 'disabled' | 'removed' | 'outside' | 'unknown'
  readonly isGuest: boolean
  /** Entra's ids of all groups, also those within groups. Only asked for where the rules name groups. */
  readonly groups: ReadonlySet<string>
}

/** Why this person may not enrol any device. Asked at the terms of use already. */
export function refuseEnroller(rules: EnrolmentRules, enroller: Enroller): Refusal | undefined {
  const { who } = rules
  if (who.kind === 'nobody') return 'enrolmentClosed'
  if (enroller.isGuest) return 'userIsGuest'
  if (enroller.state === 'unknown' || enroller.state === 'outside') return 'userUnknown'
  if (enroller.state === 'disabled') return 'userDisabled'
  if (enroller.state === 'removed') return 'userRemoved'
  const isMeant =
    who.kind === 'all' || who.groups.some(({ entraId }) => enroller.groups.has(entraId))
  return isMeant ? undefined : 'userOutsideScope'
}

/** What would enrol. */
export type Candidate = {
  readonly ownership: 'corporate' | 'personal'
  /** `10.0.26100.4349`. */
  readonly build: string | undefined
  /** Windows' number of the edition. */
  readonly edition: string | undefined
  /** Whether it asked for the terms of use. */
  readonly hasReceipt: boolean
  /** How many other devices the person has enrolled. */
  readonly otherDevices: number
}

/**
 * Why this device may not enrol: the first rule that objects. What a device does not say of itself is
 * judged as if it were too little.
 *
 * @param comesFromEntra others were never asked for the terms of use.
 */
export function refuseDevice(
  rules: EnrolmentRules,
  candidate: Candidate,
  comesFromEntra: boolean,
): Refusal | undefined {
  const { ownership, build, edition, hasReceipt, otherDevices } = candidate
  if (rules.who.kind === 'nobody') return 'enrolmentClosed'
  if (comesFromEntra && !hasReceipt && !rules.withoutTerms) return 'receiptMissing'
  if (ownership === 'corporate' && !rules.corporate) return 'corporateNotAllowed'
  if (ownership === 'personal' && !rules.personal) return 'personalNotAllowed'
  if (rules.minimumBuild !== null && !isAtLeast(build, rules.minimumBuild)) return 'buildTooOld'
  if (rules.editions !== null && !rules.editions.includes(Number(edition))) {
    return 'editionNotAllowed'
  }
  const { devicesPerPerson } = rules
  return devicesPerPerson !== null && otherDevices >= devicesPerPerson
    ? 'deviceCapReached'
    : undefined
}

/** Compares builds number by number; what is not there counts as 0. */
function isAtLeast(build: string | undefined, minimum: string): boolean {
  if (build === undefined || !/^\d+(?:\.\d+)*$/.test(build)) return false
  const [found, wanted] = [build.split('.').map(Number), minimum.split('.').map(Number)]
  for (const [index, number] of wanted.entries()) {
    const difference = (found[index] ?? 0) - number
    if (difference !== 0) return difference > 0
  }
  return true
}
