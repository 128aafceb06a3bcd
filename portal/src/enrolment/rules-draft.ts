import type { EnrolmentRules, EnrolmentSettings } from '@mooring/contract/enrolment'

export const WHO = ['all', 'groups', 'nobody'] as const
/** The first builds of versions that Microsoft still maintains, or has until lately. */
export const BUILDS = ['10.0.19045', '10.0.22631', '10.0.26100', '10.0.26200'] as const
/** Windows' numbers of the editions that organizations use. */
export const EDITIONS = [48, 161, 4, 125, 121, 164, 175, 188] as const
const BUILD = /^\d{1,5}(?:\.\d{1,5}){1,3}$/

/** The rules while they are being changed: what is switched off is kept until saved. */
export type RulesDraft = {
  who: (typeof WHO)[number]
  groups: readonly string[]
  isCapped: boolean
  cap: number | string
  /** One of `BUILDS`, `any`, or `other`: then as typed. */
  minimum: string
  ownMinimum: string
  isAnyEdition: boolean
  editions: readonly number[]
  corporate: boolean
  personal: boolean
  unknownUsers: EnrolmentRules['unknownUsers']
  withoutTerms: boolean
}

const USUAL_CAP = 20

export function toDraft(settings: EnrolmentSettings): RulesDraft {
  const { who, devicesPerPerson, minimumBuild, editions } = settings
  const isListed = BUILDS.some((build) => build === minimumBuild)
  return {
    who: who.kind,
    groups: who.kind === 'groups' ? who.groups.map(({ entraId }) => entraId) : [],
    isCapped: devicesPerPerson !== null,
    cap: devicesPerPerson ?? USUAL_CAP,
    minimum: minimumBuild === null ? 'any' : isListed ? minimumBuild : 'other',
    ownMinimum: isListed ? '' : (minimumBuild ?? ''),
    isAnyEdition: editions === null,
    editions: editions ?? [],
    corporate: settings.corporate,
    personal: settings.personal,
    unknownUsers: settings.unknownUsers,
    withoutTerms: settings.withoutTerms,
  }
}

export function toRules(draft: RulesDraft): EnrolmentRules {
  const { who, groups, minimum, ownMinimum } = draft
  return {
    who:
      who === 'groups'
        ? { kind: who, groups: groups.map((entraId) => ({ entraId })) }
        : { kind: who },
    devicesPerPerson: draft.isCapped ? Number(draft.cap) : null,
    minimumBuild: minimum === 'any' ? null : minimum === 'other' ? ownMinimum.trim() : minimum,
    editions: draft.isAnyEdition ? null : [...draft.editions].sort((one, two) => one - two),
    corporate: draft.corporate,
    personal: draft.personal,
    unknownUsers: draft.unknownUsers,
    withoutTerms: draft.withoutTerms,
  }
}

export type RulesError = 'groups' | 'cap' | 'minimum' | 'editions' | 'ownership'

/** What would be refused, before it is sent. Of settings that are switched off nothing is wrong. */
export function draftErrors(draft: RulesDraft): ReadonlySet<RulesError> {
  const { who, groups, isCapped, cap, minimum, ownMinimum, isAnyEdition, editions } = draft
  const errors = new Set<RulesError>()
  if (who === 'groups' && groups.length === 0) errors.add('groups')
  const count = cap === '' ? Number.NaN : Number(cap)
  if (isCapped && !(Number.isInteger(count) && count >= 1 && count <= 10_000)) errors.add('cap')
  if (minimum === 'other' && !BUILD.test(ownMinimum.trim())) errors.add('minimum')
  if (!isAnyEdition && editions.length === 0) errors.add('editions')
  // Saying "nobody" closes enrolment; this would do so without saying it.
  if (who !== 'nobody' && !draft.corporate && !draft.personal) errors.add('ownership')
  return errors
}

export const isChanged = (draft: RulesDraft, settings: EnrolmentSettings) =>
  JSON.stringify(toRules(draft)) !== JSON.stringify(toRules(toDraft(settings)))
