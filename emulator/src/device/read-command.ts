import { parseArgs } from 'node:util'
import type { EnrolmentFlow } from './flow.ts'
import { readSession, type SessionWish, sessionUsage } from './read-session-options.ts'

export const usage = `Usage: mooring device enrol|check-in|swarm [options]

Simulated Windows PCs against any server; as strict as the real ones.

  enrol      enrols one PC and prints each step
  check-in   a management session of a PC that was kept with --state; renews its certificate when
             that is due
  swarm      enrols many, or takes up those kept with --state, and has --sessions with each

With the emulated Entra (its control address is printed by \`mooring emulator\`):
  --emulator URL     control address of the emulator: it issues the tokens and registers the PC
  --server URL       first points the tenant's MDM settings at this server
  --user UPN         who joins (default: somebody of the tenant; swarm: everybody in turn)
  --flow F           oobe (default), settings, work-account, policy, sign-in

With a token of the server's own:
  --server URL --token T [--user UPN]

  --state FILE       where the PC is kept, or the swarm; the file holds private keys
  --name N           its name
  --renew            check-in: renew although it is not due, and nothing else
  --devices N        swarm: how many (--count is the same)
  --per-second R     swarm: begin so many a second (default: --at-once, 8, at a time)
  --at-once N
  --light            swarm: joins that are prepared beforehand, of which every twentieth is judged
                     (to measure the server; with --emulator and --at-once)
  --keys N           swarm: keys to make beforehand and share (default 32)
${sessionUsage}
  --trust FILE       roots to trust besides the public ones, PEM
  --json             print one JSON object
  --help             this text

Exit codes: 0 all went well, 1 a PC stopped or nothing could be done, 2 wrong usage.`

const flows = {
  oobe: 'oobe',
  settings: 'settings',
  'work-account': 'workAccount',
  policy: 'policy',
  'sign-in': 'signIn',
  token: 'token',
} as const satisfies Record<string, EnrolmentFlow['kind']>

type Whom = {
  readonly emulator: string | undefined
  readonly server: string | undefined
  readonly token: string | undefined
  readonly user: string | undefined
  readonly flow: EnrolmentFlow['kind']
  readonly trust: string | undefined
  readonly json: boolean
}

export type DeviceCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  | (Whom & {
      readonly kind: 'enrol'
      readonly state: string | undefined
      readonly name: string | undefined
    })
  | {
      readonly kind: 'checkIn'
      readonly state: string
      readonly renew: boolean
      readonly trust: string | undefined
      readonly json: boolean
      readonly session: SessionWish
    }
  | (Whom & {
      readonly kind: 'swarm'
      readonly count: number
      readonly perSecond: number | undefined
      readonly atOnce: number | undefined
      readonly keys: number | undefined
      readonly light: boolean
      readonly state: string | undefined
      readonly session: SessionWish
    })

type Values = Readonly<Record<string, string | boolean | undefined>>
const texts = [
  ...['emulator', 'server', 'user', 'flow', 'token', 'state', 'name', 'trust'],
  ...['reason', 'fault', 'facts'],
]
const numbers = ['count', 'devices', 'per-second', 'at-once', 'keys', 'sessions']

/** Reads the command line; all problems at once. */
export function readDeviceCommand(args: readonly string[]): DeviceCommand {
  let parsed: { values: Values; positionals: string[] }
  try {
    const textual = { type: 'string' } as const
    const flag = { type: 'boolean' } as const
    const options = {
      ...Object.fromEntries([...texts, ...numbers].map((name) => [name, textual])),
      renew: flag,
      json: flag,
      light: flag,
      log: flag,
      help: flag,
    }
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    return { kind: 'wrong', problems: [error instanceof Error ? error.message : String(error)] }
  }
  const { values, positionals } = parsed
  if (values['help'] === true) return { kind: 'help' }
  const problems: string[] = []
  const command = toCommand(values, positionals, (problem) => problems.push(problem))
  return problems.length > 0 || !command ? { kind: 'wrong', problems } : command
}

type Report = (problem: string) => void

function toCommand(
  values: Values,
  [word, ...more]: readonly string[],
  wrong: Report,
): DeviceCommand | undefined {
  if (more.length > 0) wrong(`what is '${more.join(' ')}'?`)
  switch (word) {
    case 'enrol':
      return {
        kind: 'enrol',
        ...readWhom(values, wrong),
        state: text(values, 'state'),
        name: text(values, 'name'),
      }
    case 'check-in': {
      const state = text(values, 'state')
      if (state === undefined) wrong('check-in needs --state FILE, as written by enrol')
      const { renew, json } = values
      return {
        kind: 'checkIn',
        state: state ?? '',
        renew: renew === true,
        trust: text(values, 'trust'),
        json: json === true,
        session: readSession(values, undefined, wrong),
      }
    }
    case 'swarm': {
      const count = number(values, 'devices', wrong) ?? number(values, 'count', wrong)
      if (count === undefined) wrong('swarm needs --devices N (or --count N)')
      if (values['light'] === true && values['emulator'] === undefined)
        wrong('--light needs --emulator URL')
      if (values['light'] === true && (values['sessions'] ?? values['state']) !== undefined)
        wrong('--light keeps no PCs: not with --sessions or --state')
      return {
        kind: 'swarm',
        ...readWhom(values, wrong),
        count: count ?? 0,
        perSecond: number(values, 'per-second', wrong),
        atOnce: number(values, 'at-once', wrong),
        keys: number(values, 'keys', wrong),
        light: values['light'] === true,
        state: text(values, 'state'),
        session: readSession(values, number(values, 'sessions', wrong), wrong),
      }
    }
    default:
      wrong(`expected enrol, check-in or swarm, not '${word ?? ''}'`)
      return undefined
  }
}

function readWhom(values: Values, wrong: Report): Whom {
  const token = text(values, 'token')
  const name = text(values, 'flow') ?? (token === undefined ? 'oobe' : 'token')
  const isKnown = (flow: string): flow is keyof typeof flows => Object.hasOwn(flows, flow)
  if (!isKnown(name)) wrong(`--flow must be one of ${Object.keys(flows).join(', ')}, not '${name}'`)
  const flow = isKnown(name) ? flows[name] : 'oobe'
  const [emulator, server] = [url(values, 'emulator', wrong), url(values, 'server', wrong)]
  if (flow === 'token' && token === undefined) wrong('--flow token needs --token T')
  if ((flow === 'token' || flow === 'signIn') && server === undefined)
    wrong(`--flow ${name} needs --server URL`)
  if (flow !== 'token' && emulator === undefined) wrong(`--flow ${name} needs --emulator URL`)
  return {
    emulator,
    server,
    token,
    user: text(values, 'user'),
    flow,
    trust: text(values, 'trust'),
    json: values['json'] === true,
  }
}

function text(values: Values, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

function url(values: Values, name: 'emulator' | 'server', wrong: Report): string | undefined {
  const value = text(values, name)
  if (value === undefined || (/^https?:/.test(value) && URL.canParse(value))) return value
  wrong(`--${name} must be a URL, not '${value}'`)
  return undefined
}

function number(values: Values, name: string, wrong: Report): number | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  const read = Number(value)
  const isFine = name === 'per-second' ? read > 0 : Number.isInteger(read) && read > 0
  if (isFine && read <= 1_000_000) return read
  wrong(`--${name} must be a number from 1 to 1000000, not '${value}'`)
  return undefined
}
