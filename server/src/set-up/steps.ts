import { type Connection, NEEDED_PERMISSIONS } from '@mooring/contract/connection'
import type { StepId, StepState, Track } from '@mooring/contract/set-up'
import type { Finding } from '../connection/index.ts'
import { blamedStep } from './blame.ts'
import type { EnrolmentFacts } from './enrolment-facts.ts'
import { applicationStep } from './tracks.ts'

/** All that the state of a step is judged by. */
export type GuideFacts = {
  readonly track: Track
  readonly connection: Connection | undefined
  /** Filled in, but not saved as a connection. */
  readonly draft: { readonly tenantId?: string | undefined; readonly clientId?: string | undefined }
  /** What the last check of the connection found; empty when there was none. */
  readonly findings: readonly Finding[]
  readonly publicUrl: URL
  /** What devices and the test from outside have shown. */
  readonly enrolment?: EnrolmentFacts | undefined
  readonly now: Date
}

/** How a step stands, and which words say why. */
export type Verdict = {
  readonly state: StepState
  readonly words: OwnWords | CheckWords
  /** Whether the last check had a say in it. */
  readonly isChecked: boolean
}
/** Texts `guide.reason.<reason>.detail`, and `.remedy` where something is to be done. */
export type OwnWords = {
  readonly kind: 'own'
  readonly reason: string
  readonly values?: Readonly<Record<string, string | number>>
  readonly code?: string
}
/** The words of one check of the connection, which knows more than the guide. */
export type CheckWords = { readonly kind: 'check'; readonly id: string }

type Rule = (facts: GuideFacts) => Verdict

/** Says of a step how it stands. `done` needs evidence: a saved connection, or what a check found. */
export function judgeStep(step: StepId, facts: GuideFacts): Verdict {
  return RULES[step](facts)
}

const RULES: Readonly<Record<StepId, Rule>> = {
  prerequisites,
  // Domains, the MDM entry and the application's own settings take permissions beyond the three.
  domain: () => unseen('domainUnseen'),
  'mdm-application': mdmApplication,
  'app-registration': appRegistration,
  'mdm-urls': mdmUrls,
  ids,
  'application-id-uri': () => unseen('applicationIdUriUnseen'),
  secret,
  permissions,
  consent,
  'redirect-uri': () => unseen('redirectUriUnseen'),
  services,
}

function prerequisites(facts: GuideFacts): Verdict {
  if (blamed(facts) === 'prerequisites') return wrongAsChecked('token')
  const isReached = passed(facts, 'token')
  if (facts.track === 'directory') {
    return isReached ? done('prerequisitesMet') : unseen('prerequisitesUnseen')
  }
  if (isLoopback(facts.publicUrl)) return unseen('prerequisitesLoopback', 'publicUrlLoopback')
  const outside = facts.enrolment?.outside
  if (outside?.failed.some((id) => REACHING.has(id))) {
    return wrong('prerequisitesTestFailed', 'outsideTestFailed', { date: day(outside.testedAt) })
  }
  if (outside && isReached) return done('prerequisitesTested', { date: day(outside.testedAt) })
  return isReached
    ? { ...unseen('prerequisitesOutside'), isChecked: true }
    : unseen('prerequisitesUnseen')
}

function mdmApplication(facts: GuideFacts): Verdict {
  if (blamed(facts) === 'mdm-application') return wrongAsChecked('token')
  // Entra makes such a token only for the application of Mobility.
  const at = facts.enrolment?.termsAskedAt
  return at ? done('mdmApplicationSeen', { date: day(at) }) : unseen('mdmApplicationUnseen')
}

/** Entra shows the URLs to signed-in administrators only; but a device that comes has found them. */
function mdmUrls({ enrolment }: GuideFacts): Verdict {
  const outside = enrolment?.outside
  if (outside && outside.failed.length > 0) {
    return wrong('mdmUrlsTestFailed', 'outsideTestFailed', { date: day(outside.testedAt) })
  }
  const at = enrolment?.termsAskedAt
  if (at) return done('mdmUrlsSeen', { date: day(at) })
  return outside
    ? unseen('mdmUrlsAnswer', undefined, { date: day(outside.testedAt) })
    : unseen('mdmUrlsUnseen')
}

function appRegistration(facts: GuideFacts): Verdict {
  if (blamed(facts) === 'app-registration') return wrongAsChecked('token')
  return isKnownToEntra(facts) ? done('registrationFound') : unseen('registrationUnseen')
}

function ids(facts: GuideFacts): Verdict {
  if (blamed(facts) === 'ids') return wrongAsChecked('token')
  if (isKnownToEntra(facts)) return done('idsKnown')
  if (facts.connection) return open('idsUnchecked')
  const { tenantId, clientId } = facts.draft
  return open(tenantId && clientId ? 'idsFilledIn' : 'idsMissing')
}

function secret(facts: GuideFacts): Verdict {
  const expiresAt = facts.connection?.credential.expiresAt
  if (!facts.connection) return open('secretMissing')
  if (blamed(facts) === 'secret') return wrongAsChecked('token')
  const values = expiresAt ? validity(new Date(expiresAt), facts.now) : undefined
  if (values && values.days < 0) return wrong('secretExpired', 'expired', { date: values.date })
  if (!passed(facts, 'token')) return open('secretUnchecked')
  return values ? done('secretAcceptedUntil', values) : done('secretAccepted')
}

function permissions(facts: GuideFacts): Verdict {
  const areGranted = NEEDED_PERMISSIONS.every((name) => passed(facts, `permission.${name}`))
  return areGranted ? done('permissionsGranted') : unseen('permissionsUnseen')
}

function consent(facts: GuideFacts): Verdict {
  if (!facts.connection) return open('consentFirst')
  if (blamed(facts) === 'consent') return wrongAsChecked('token')
  const missing = NEEDED_PERMISSIONS.filter(
    (name) => find(facts, `permission.${name}`)?.state === 'failed',
  )
  if (missing.length > 0) {
    const names = { permissions: missing.join(', ') }
    return { ...wrong('consentMissing', 'permissionMissing', names), isChecked: true }
  }
  const areGranted = NEEDED_PERMISSIONS.every((name) => passed(facts, `permission.${name}`))
  return areGranted ? done('consentGranted') : open('consentUnchecked')
}

function services(facts: GuideFacts): Verdict {
  const { connection } = facts
  if (!connection) return open('servicesOpen')
  const unreadable = [
    connection.syncUsers && unreadableThough(facts, 'read.users', 'User.Read.All'),
    connection.syncGroups && unreadableThough(facts, 'read.groups', 'Group.Read.All'),
  ].find((id) => id)
  if (unreadable) return wrongAsChecked(unreadable)
  const { syncUsers, syncGroups } = connection
  const which = syncUsers ? (syncGroups ? 'Both' : 'Users') : syncGroups ? 'Groups' : 'None'
  return { ...done(`services${which}`), isChecked: false }
}

/** The check that failed to read although the permission is there; without it, consent is to blame. */
function unreadableThough(facts: GuideFacts, id: string, permission: string): string | undefined {
  const isGranted = passed(facts, `permission.${permission}`)
  return isGranted && find(facts, id)?.state === 'failed' ? id : undefined
}

const done = (reason: string, values?: OwnWords['values']): Verdict => ({
  state: 'done',
  words: { kind: 'own', reason, ...(values ? { values } : {}) },
  isChecked: true,
})
const open = (reason: string): Verdict => ({
  state: 'open',
  words: { kind: 'own', reason },
  isChecked: false,
})
const unseen = (reason: string, code?: string, values?: OwnWords['values']): Verdict => ({
  state: 'notVisible',
  words: { kind: 'own', reason, ...(code ? { code } : {}), ...(values ? { values } : {}) },
  isChecked: false,
})
const wrong = (reason: string, code: string, values: NonNullable<OwnWords['values']>): Verdict => ({
  state: 'wrong',
  words: { kind: 'own', reason, code, values },
  isChecked: false,
})
const wrongAsChecked = (id: string): Verdict => ({
  state: 'wrong',
  words: { kind: 'check', id },
  isChecked: true,
})

const find = (facts: GuideFacts, id: string) => facts.findings.find((finding) => finding.id === id)
const passed = (facts: GuideFacts, id: string) => find(facts, id)?.state === 'passed'

/** The step that keeps Entra from issuing a token, as far as the last check tells. */
function blamed(facts: GuideFacts): StepId | undefined {
  const token = find(facts, 'token')
  return token?.state === 'failed' ? blamedStep(token.code, facts.track) : undefined
}

/** Entra looks for tenant and application first: whatever it says no to afterwards, it knows both. */
function isKnownToEntra(facts: GuideFacts): boolean {
  if (passed(facts, 'token')) return true
  const step = blamed(facts)
  return step === 'secret' || step === 'consent' || step === applicationStep(facts.track)
}

/** What must be well for a device to reach this server at all. */
const REACHING: ReadonlySet<string> = new Set(['dns', 'tls', 'discovery.probe'])

const day = (at: Date) => at.toISOString().slice(0, 10)

const DAY_MS = 24 * 60 * 60 * 1000

/** Whole days left, negative once the end has passed. */
function validity(end: Date, now: Date): { days: number; date: string } {
  const leftMs = end.getTime() - now.getTime()
  const days = leftMs <= 0 ? -1 : Math.floor(leftMs / DAY_MS)
  return { days, date: end.toISOString().slice(0, 10) }
}

const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/

const isLoopback = (url: URL) => LOOPBACK.test(url.hostname)
