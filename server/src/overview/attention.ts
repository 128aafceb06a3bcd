import { paths } from '@mooring/contract/paths'
import { type Findings, overallState, type StoredConnection } from '../connection/index.ts'
import { isLate, judgeStream, type StoredRun, type StreamFacts } from '../directory/index.ts'

/** Something that wants an administrator's attention, as code and values. */
export type AttentionItem = {
  readonly code:
    | 'notConnected'
    | 'glassBroken'
    | 'secretExpired'
    | 'secretExpiresSoon'
    | 'secretExpiryUnknown'
    | 'checkFailed'
    | 'syncFailed'
    | 'neverSynchronised'
    | 'switchedOffWithData'
    | 'syncHeld'
    | 'streamLate'
    | 'streamFailing'
    | 'openProblems'
    | 'wipeAwaiting'
    | 'wipesAwaiting'
    | 'wipesFrozen'
  readonly severity: 'critical' | 'warning' | 'info'
  readonly values: Readonly<Record<string, string | number>>
  readonly href: string
}

export type Facts = {
  readonly slug: string
  readonly now: Date
  readonly connection: StoredConnection | undefined
  readonly lastCheck: Findings | undefined
  /** The last one that could change something. */
  readonly lastRun: Pick<StoredRun, 'id' | 'state'> | undefined
  /** The run that the removal brake holds. */
  readonly heldRun: string | undefined
  readonly streams: readonly StreamFacts[]
  /** How many objects still could not be taken over. */
  readonly openProblems: number
  /** When a local owner last signed in, of late, though there is a provider; `undefined` without one. */
  readonly glassBrokenAt: Date | undefined
  readonly counts: { readonly users: number; readonly groups: number }
  readonly wipes: {
    /** Requests that a second person has to approve. */
    readonly awaiting: number
    readonly frozenAt: Date | undefined
  }
}

const DAY_MS = 24 * 60 * 60 * 1000
const WARN_DAYS = 60
/** A few objects that cannot be read are usual in a large tenant; more are a pattern. */
const MANY_PROBLEMS = 10

/** What wants attention, the worst first. */
export function attentionItems(facts: Facts): readonly AttentionItem[] {
  if (!facts.connection) {
    const href = paths.guide(facts.slug)
    const connect = { code: 'notConnected', severity: 'info', values: {}, href } as const
    return [awaitingWipes(facts), brokenGlass(facts), frozenWipes(facts), connect].filter(
      (item) => item !== undefined,
    )
  }
  const items = [
    secretExpiry(facts, facts.connection),
    failedCheck(facts),
    awaitingWipes(facts),
    heldRun(facts),
    brokenGlass(facts),
    frozenWipes(facts),
    failedRun(facts),
    ...facts.streams.map((stream) => troubledStream(facts, stream)),
    openProblems(facts),
    neverRun(facts, facts.connection),
    leftOver(facts, facts.connection),
  ].filter((item) => item !== undefined)
  return items.toSorted((left, right) => RANK[left.severity] - RANK[right.severity])
}

const RANK = { critical: 0, warning: 1, info: 2 } as const

function secretExpiry(
  { slug, now }: Facts,
  connection: StoredConnection,
): AttentionItem | undefined {
  const href = paths.guide(slug, 'secret')
  const { credentialExpiresAt } = connection
  if (!credentialExpiresAt) {
    return { code: 'secretExpiryUnknown', severity: 'info', values: {}, href }
  }
  const days = Math.floor((credentialExpiresAt.getTime() - now.getTime()) / DAY_MS)
  const values = { days, date: credentialExpiresAt.toISOString().slice(0, 10) }
  if (credentialExpiresAt <= now)
    return { code: 'secretExpired', severity: 'critical', values, href }
  if (days > WARN_DAYS) return undefined
  return { code: 'secretExpiresSoon', severity: days <= 7 ? 'critical' : 'warning', values, href }
}

function failedCheck({ slug, lastCheck }: Facts): AttentionItem | undefined {
  if (!lastCheck || overallState(lastCheck.findings) !== 'failed') return undefined
  const failed = lastCheck.findings.filter((finding) => finding.state === 'failed').length
  return { code: 'checkFailed', severity: 'critical', values: { failed }, href: paths.guide(slug) }
}

function failedRun({ slug, lastRun }: Facts): AttentionItem | undefined {
  if (lastRun?.state !== 'failed') return undefined
  return {
    code: 'syncFailed',
    severity: 'critical',
    values: {},
    href: paths.syncRun(slug, lastRun.id),
  }
}

function heldRun({ slug, heldRun: run }: Facts): AttentionItem | undefined {
  if (!run) return undefined
  // Nothing is broken: the brake did what it is for.
  return { code: 'syncHeld', severity: 'warning', values: {}, href: paths.syncRun(slug, run) }
}

/** Beyond the limits: either a bad day for many devices, or somebody who should not be here. */
function awaitingWipes({ slug, wipes: { awaiting: count } }: Facts): AttentionItem | undefined {
  if (count === 0) return undefined
  const code = count === 1 ? 'wipeAwaiting' : 'wipesAwaiting'
  return { code, severity: 'critical', values: { count }, href: paths.wipes(slug) }
}

function frozenWipes({ slug, wipes: { frozenAt } }: Facts): AttentionItem | undefined {
  if (!frozenAt) return undefined
  const values = { date: frozenAt.toISOString().slice(0, 10) }
  return { code: 'wipesFrozen', severity: 'warning', values, href: paths.wipes(slug) }
}

/** The way in for emergencies was used: whoever looks after the organization should know why. */
function brokenGlass({ slug, glassBrokenAt: at }: Facts): AttentionItem | undefined {
  if (!at) return undefined
  const values = { date: at.toISOString().slice(0, 10) }
  const href = `${paths.audit(slug)}?action=sign-in.succeeded&actorKind=administrator`
  return { code: 'glassBroken', severity: 'warning', values, href }
}

/** A run that failed as a whole is told already; this tells of one kind alone, and of long silence. */
function troubledStream(
  { slug, now, lastRun }: Facts,
  facts: StreamFacts,
): AttentionItem | undefined {
  if (!facts.isSwitchedOn) return undefined
  const { stream, lastSuccessAt } = facts
  if (lastSuccessAt && isLate(facts, now)) {
    const days = Math.floor((now.getTime() - lastSuccessAt.getTime()) / DAY_MS)
    const values = { stream, days }
    return { code: 'streamLate', severity: 'warning', values, href: paths.syncRuns(slug) }
  }
  if (judgeStream(facts, now) !== 'failing' || lastRun?.state === 'failed') return undefined
  const href = lastRun ? paths.syncRun(slug, lastRun.id) : paths.syncRuns(slug)
  return { code: 'streamFailing', severity: 'warning', values: { stream }, href }
}

function openProblems({ slug, openProblems: count }: Facts): AttentionItem | undefined {
  if (count === 0) return undefined
  return {
    code: 'openProblems',
    severity: count < MANY_PROBLEMS ? 'info' : 'warning',
    values: { count },
    href: paths.syncProblems(slug),
  }
}

function neverRun(
  { slug, lastRun }: Facts,
  connection: StoredConnection,
): AttentionItem | undefined {
  if (lastRun || !(connection.syncUsers || connection.syncGroups)) return undefined
  return {
    code: 'neverSynchronised',
    severity: 'info',
    values: {},
    href: paths.guide(slug, 'services'),
  }
}

/** A switch was turned off: what it had brought is kept, and no longer kept up to date. */
function leftOver(
  { slug, counts }: Facts,
  connection: StoredConnection,
): AttentionItem | undefined {
  const users = connection.syncUsers ? 0 : counts.users
  const groups = connection.syncGroups ? 0 : counts.groups
  if (users + groups === 0) return undefined
  const values = { users, groups }
  return {
    code: 'switchedOffWithData',
    severity: 'info',
    values,
    href: paths.guide(slug, 'services'),
  }
}
