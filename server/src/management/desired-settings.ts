import type { Operation } from '../formats/syncml/syncml-message.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { News, PendingCommand, Work } from './session-state.ts'
import type { Fact } from './standings-store.ts'

/** What a node of a device is to be. */
export type DesiredSetting = {
  /** `./Device/…`: of the machine. Those of a person need that person to be there, and come with policies. */
  readonly uri: string
  readonly format: 'int' | 'chr' | 'bool'
  /** Null: it is not to be there. */
  readonly data: string | null
}

/** What is wanted of a device. */
export type Desired = {
  readonly settings: readonly DesiredSetting[]
  /** What the device makes of them, read every hour and after one was written. */
  readonly reads: readonly string[]
}

/**
 * Says what is wanted of a device just now. Whoever changes the answer also has the devices come to it, with
 * `haveSettingsCompared`, in the same transaction.
 */
export type DesiredSettings = (
  tx: Db,
  of: {
    readonly organization: OrganizationId
    readonly deviceId: string
    /** The address by which it came. */
    readonly cameBy: string
    /** What it said before. */
    readonly facts: Readonly<Record<string, Fact>>
  },
) => Promise<Desired>

export const NOTHING_DESIRED: Desired = { settings: [], reads: [] }

/** All of several: a node that two of them want is the first one's. */
export function joinDesired(sources: readonly DesiredSettings[]): DesiredSettings {
  return async (tx, of) => {
    const settings = new Map<string, DesiredSetting>()
    const reads = new Set<string>()
    for (const source of sources) {
      const desired = await source(tx, of)
      for (const one of desired.settings) {
        if (!settings.has(one.uri)) settings.set(one.uri, one)
      }
      for (const uri of desired.reads) reads.add(uri)
    }
    return { settings: [...settings.values()], reads: [...reads] }
  }
}

/** Commands of this kind are nobody's: they are made for a session and forgotten with it. */
const SETTING = 'setting '

type Known = {
  /** What the device said before this message. */
  readonly facts: Readonly<Record<string, Fact>>
  /** What it says in it. */
  readonly news: readonly News[]
  /** What was given out in this session. */
  readonly given: readonly string[]
  /** The time has come to look whether everything still is as it was told. */
  readonly isDailyDue: boolean
  readonly isHourlyDue: boolean
}

/**
 * What there is to do so that a device becomes as it is wanted: what was never heard of is read, what differs
 * is written and read back, what is as it should be is left alone. A device that refuses is asked again in
 * later sessions, never twice in one.
 */
export function planDesired(desired: Desired, known: Known): Work {
  const given = new Set(known.given)
  const commands: PendingCommand[] = []
  const reads: string[] = []
  for (const setting of desired.settings) {
    const { uri } = setting
    const said = saidOf(uri, known)
    const isFresh = said !== undefined && (!known.isDailyDue || given.has(uri))
    if (!isFresh) reads.push(uri)
    else if (!isMet(setting, said)) {
      commands.push({ id: SETTING + uri, needsUser: false, steps: stepsFor(setting) })
    }
  }
  const isSettled =
    reads.every((uri) => given.has(uri)) && commands.every(({ id }) => given.has(id))
  if (isSettled) {
    const hasWritten = known.given.some((name) => name.startsWith(SETTING))
    const isWanted = (uri: string) =>
      known.isHourlyDue || hasWritten || saidOf(uri, known) === undefined
    reads.push(...desired.reads.filter(isWanted))
  }
  return { commands, reads }
}

/** What came of settings, as facts: for whoever keeps the news, they are no commands. */
export function tellSettings(news: readonly News[]): News[] {
  return news.flatMap((item): readonly News[] => {
    if (!('command' in item) || !item.command.startsWith(SETTING)) return [item]
    if (item.kind !== 'finished') return []
    const back = item.answers.find(({ verb }) => verb === 'Get')
    if (!back) return []
    const { uri, code, data: value } = back
    return [{ kind: 'fact', uri, format: undefined, value, code }]
  })
}

type Said = { readonly value?: string | undefined; readonly code: number }

function saidOf(uri: string, { facts, news }: Known): Said | undefined {
  const told = news.findLast((item) => item.kind === 'fact' && item.uri === uri)
  if (told?.kind === 'fact') return told
  return Object.hasOwn(facts, uri) ? facts[uri] : undefined
}

function isMet({ format, data }: DesiredSetting, { value, code }: Said): boolean {
  const is = code >= 200 && code < 300 ? (value ?? '') : ''
  if (data === null) return is === ''
  switch (format) {
    case 'int':
      return is.trim() !== '' && Number(is) === Number(data)
    case 'bool':
      return is.trim().toLowerCase() === data.toLowerCase()
    case 'chr':
      return is === data
  }
}

function stepsFor({ uri, format, data }: DesiredSetting): Operation[] {
  const write: Operation =
    data === null
      ? { verb: 'Delete', uri }
      : { verb: 'Replace', uri, format, type: 'text/plain', data }
  return [write, { verb: 'Get', uri }]
}
