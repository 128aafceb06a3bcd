import { type DeviceFacts, type SessionFault, sessionFaults, usualFacts } from './csp/facts.ts'
import { type SessionReason, sessionReasons } from './session/session-report.ts'

/** What the command line wants of sessions. */
export type SessionWish = {
  readonly reason: SessionReason | undefined
  readonly faults: readonly SessionFault[]
  readonly facts: Partial<DeviceFacts>
  /** Whether all messages are printed. */
  readonly log: boolean
  /** Of each device of a swarm; undefined: none. */
  readonly rounds: number | undefined
}

export const sessionUsage = `
Sessions:
  --sessions N       swarm: so many sessions with each
  --reason R         why it begins: ${sessionReasons.join(', ')}
  --facts JSON       what is true of the PC from now on: '{"bitLocker":"on","signedIn":"none"}'
  --fault F,F        what goes wrong this time:
${Object.entries(sessionFaults)
  .map(([name, says]) => `                     ${name}: ${says}`)
  .join('\n')}
  --log              check-in: print all messages
`

type Values = Readonly<Record<string, string | boolean | undefined>>

/** Reads the options of sessions; tells what is wrong with them. */
export function readSession(
  values: Values,
  rounds: number | undefined,
  wrong: (problem: string) => void,
): SessionWish {
  const text = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const reason = text('reason')
  const isReason = (word: string): word is SessionReason =>
    (sessionReasons as readonly string[]).includes(word) // any text may be asked about
  if (reason !== undefined && !isReason(reason))
    wrong(`--reason must be one of ${sessionReasons.join(', ')}, not '${reason}'`)
  const faults = text('fault')?.split(',') ?? []
  const isFault = (word: string): word is SessionFault => Object.hasOwn(sessionFaults, word)
  for (const name of faults)
    if (!isFault(name))
      wrong(`--fault must be of ${Object.keys(sessionFaults).join(', ')}, not '${name}'`)
  return {
    reason: reason !== undefined && isReason(reason) ? reason : undefined,
    faults: faults.filter(isFault),
    facts: readFacts(text('facts'), wrong),
    log: values['log'] === true,
    rounds,
  }
}

function readFacts(
  text: string | undefined,
  wrong: (problem: string) => void,
): Partial<DeviceFacts> {
  if (text === undefined) return {}
  try {
    const facts: unknown = JSON.parse(text)
    const names = Object.keys(facts ?? {})
    const strange = names.filter((name) => !Object.hasOwn(usualFacts, name))
    if (strange.length === 0 && typeof facts === 'object') return facts ?? {}
    wrong(`--facts: nothing is called ${strange.join(', ')}; known are ${knownFacts}`)
  } catch {
    wrong(`--facts must be JSON, not '${text}'`)
  }
  return {}
}

const knownFacts = Object.keys(usualFacts).join(', ')
