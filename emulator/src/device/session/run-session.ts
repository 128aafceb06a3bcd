import { randomBytes } from 'node:crypto'
import type { SessionFault } from '../csp/facts.ts'
import { fact, type Machine } from '../csp/machine.ts'
import { settle } from '../csp/settle.ts'
import type { EntraSide } from '../entra-side.ts'
import type { DeviceEnrolment } from '../provision.ts'
import type { Tampering } from '../tampering.ts'
import type { Transport } from '../transport.ts'
import { codes, statusCode, WindowsError } from '../windows-error.ts'
import { answerCommands, type CarriedOut } from './answer-commands.ts'
import { type Part, writeMessage } from './client-message.ts'
import { meetChallenge } from './credentials.ts'
import { Ended } from './ended.ts'
import { LargeObjects } from './large-objects.ts'
import { addressesOf, fetchTokens, goodbye, openingParts } from './open-session.ts'
import { isPlainlyIdle } from './plainly-idle.ts'
import type { Post } from './post-syncml.ts'
import { readMessage } from './read-message.ts'
import type { ServerMessage, ServerStatus } from './server-message.ts'
import type { SessionEnd, SessionReason, SessionReport } from './session-report.ts'
import type { Report, Violation } from './violation.ts'
import { Wire } from './wire.ts'

export type SessionParts = {
  readonly machine: Machine
  readonly enrolment: DeviceEnrolment
  readonly transport: Transport
  readonly entra: EntraSide | undefined
  readonly reason: SessionReason
  readonly faults: readonly SessionFault[]
  readonly tamper: Tampering['session']
  readonly keepMessages: boolean
  /** Looks closely only at answers with commands: for a swarm that measures the server. */
  readonly isLight: boolean
}

const mostMessages = 200
const mostCredentials = 2

/**
 * Runs a management session from its first message until the server has nothing more to say. Where nobody
 * is to be reached, the next address is tried.
 *
 * @see [MS-MDM] 3.1; OMA-TS-DM_Protocol-V1_2 §8; Windows "DMClient CSP" › ManagementServerAddressList
 */
export async function runSession(parts: SessionParts): Promise<SessionReport> {
  const [first, ...others] = addressesOf(parts.machine, parts.enrolment)
  let report = await runAt(first, parts)
  for (const address of others) {
    if (report.end !== 'unreachable' || report.messages > 1) break
    report = await runAt(address, parts)
  }
  return report
}

async function runAt(address: string, parts: SessionParts): Promise<SessionReport> {
  const session = new Session(parts, address)
  const startedAt = performance.now()
  let end: SessionEnd = 'done'
  let failure: { code?: string; reason?: string } = {}
  try {
    await session.run()
  } catch (error) {
    if (error instanceof Ended) {
      end = error.end
      failure = { reason: error.message, ...(error.code === undefined ? {} : { code: error.code }) }
    } else if (error instanceof WindowsError) {
      end = 'unreachable'
      failure = { code: error.code, reason: error.message }
    } else throw error
  }
  const { machine } = parts
  return {
    ok: end === 'done' && session.violations.length === 0,
    end,
    ...failure,
    sessionId: session.id,
    messages: session.messages,
    violations: session.violations,
    commands: session.carriedOut,
    log: session.wire?.log ?? [],
    credentials: session.credentials,
    ms: performance.now() - startedAt,
    startsAgain: machine.state.startAgain === true,
    rebootPending: machine.state.reboot,
    ...(session.wantsRestart ? { restarted: true } : {}),
  }
}

class Session {
  readonly id: string
  readonly violations: Violation[] = []
  readonly carriedOut: CarriedOut[] = []
  messages = 0
  credentials: SessionReport['credentials'] = 'none'
  /** A fault cut it off by a restart. */
  wantsRestart = false
  readonly #parts: SessionParts
  readonly #address: string
  readonly #largeObjects = new LargeObjects()
  wire: Wire | undefined
  #serverMessages = 0
  #cred = ''
  #credentialsSent = 0

  constructor(parts: SessionParts, address: string) {
    this.#parts = parts
    this.#address = address
    const { state } = parts.machine
    state.sessions++
    // Up to four characters.
    this.id = String(((state.sessions - 1) % 9999) + 1)
  }

  async run(): Promise<void> {
    const { machine, enrolment, entra, reason } = this.#parts
    settle(machine)
    const tokens = await fetchTokens(machine, enrolment, entra)
    const { state } = machine
    const post: Post = {
      transport: this.#parts.transport,
      enrolment,
      address: this.#address,
      isFirstEver: state.sessions === 1,
      vector: `${randomBytes(12).toString('base64')}.0.0.${state.sessions - 1}`,
      tamper: this.#parts.tamper,
      ...tokens,
    }
    this.wire = new Wire(this.#parts, post, this.#violate)
    delete state.startAgain
    const opening = openingParts(machine, reason, tokens)
    let untold = state.alerts.length
    let queue: Part[] = opening
    while (queue.length > 0) {
      const answer = await this.#exchange(queue)
      if (answer.kind === 'askedForCredentials') continue
      // The server has heard the alerts.
      state.alerts.splice(0, untold)
      untold = 0
      queue = answer.kind === 'idle' ? [] : this.#react(answer.message, answer.rest)
    }
    state.lastSessionAt = machine.now().toISOString()
  }

  /** Carries out what the server said. @returns what to answer; nothing: the session is over */
  #react(message: ServerMessage, rest: readonly Part[]): Part[] {
    const { machine } = this.#parts
    const { header, commands } = message
    const msgRef = header.msgId
    const headerStatus: Part = {
      kind: 'status',
      msgRef,
      cmdRef: '0',
      command: 'SyncHdr',
      status: header.refusal ?? 200,
    }
    if (header.refusal !== undefined)
      throw new Ended('notTaken', 'the message was not for this device', codes.messageFormat)
    const aborts = commands.some(({ name, data }) => name === 'Alert' && data === '1223')
    if (aborts) throw new Ended('aborted', 'the server ended the session')
    const asksForMore = commands.every(({ name, data }) => name === 'Alert' && data === '1222')
    const isIdle = commands.length === 0 && message.isFinal
    if (isIdle && this.#largeObjects.isWaiting)
      this.#violate('largeObject', 'a value was begun, and not ended')
    if (isIdle && rest.length === 0) return []
    if (rest.length > 0 && !(asksForMore && commands.length > 0))
      this.#violate('largeObject', 'the server did not ask for the rest with Alert 1222')
    if (this.#has('neverAnswers') && commands.length > 0)
      throw new Ended('silent', 'the device never answers')
    const wasUnenrolled = machine.state.unenrol === 'server'
    const answers = answerCommands(commands, {
      machine,
      msgRef,
      message: this.#serverMessages,
      largeObjects: this.#largeObjects,
      carriedOut: this.carriedOut,
    })
    if (this.#has('losesStatus') && commands.length > 0)
      throw new Ended('silent', 'what became of the commands got lost')
    if (this.#has('restartsMidSession') && commands.length > 0) {
      this.wantsRestart = true
      throw new Ended('silent', 'the device restarted')
    }
    const isUnenrolled = machine.state.unenrol === 'server' && !wasUnenrolled
    return [
      headerStatus,
      ...answers,
      ...(isUnenrolled ? [goodbye] : []),
      ...this.#ask(message),
      ...rest,
    ]
  }

  /** Asks for the rest of a large object, or of a message without an end. */
  #ask({ isFinal }: ServerMessage): Part[] {
    if (this.#largeObjects.takeLost()) {
      this.#violate('largeObject', 'a value was begun, and not ended')
      return [{ kind: 'alert', code: 1225 }]
    }
    return this.#largeObjects.isWaiting || !isFinal ? [{ kind: 'alert', code: 1222 }] : []
  }

  async #exchange(
    parts: readonly Part[],
  ): Promise<
    | { kind: 'idle' }
    | { kind: 'askedForCredentials' }
    | { kind: 'message'; message: ServerMessage; rest: readonly Part[] }
  > {
    const { machine, enrolment, isLight } = this.#parts
    if (++this.messages > mostMessages) throw new Ended('endless', `${mostMessages} messages`)
    const { text, sent, rest } = writeMessage(
      {
        sessionId: this.id,
        msgId: this.messages,
        target: this.#address,
        source: enrolment.deviceId,
        credentials: this.#cred,
        maxMsgSize: fact(machine, 'maxMsgSize'),
        maxObjSize: fact(machine, 'maxObjSize'),
      },
      parts,
      fact(machine, 'longestMessage'),
    )
    this.#serverMessages++
    const reply = (await this.wire?.send(text)) ?? ''
    if (isLight && rest.length === 0 && isPlainlyIdle(reply)) return { kind: 'idle' }
    const message = readMessage(
      reply,
      {
        sessionId: this.id,
        msgId: this.messages,
        serverMsgId: this.#serverMessages,
        deviceId: enrolment.deviceId,
        address: this.#address,
        sent,
      },
      this.#violate,
    )
    if (!message) throw new Ended('notTaken', 'the answer was no message', codes.messageFormat)
    const header = message.statuses.find(({ cmdRef }) => cmdRef === '0')
    if (this.#judgeHeader(header)) return { kind: 'askedForCredentials' }
    this.#judgePieces(message.statuses, sent, rest)
    return { kind: 'message', message, rest }
  }

  /** @returns whether the message must be sent again, with credentials */
  #judgeHeader(header: ServerStatus | undefined): boolean {
    const { machine, enrolment } = this.#parts
    const nonce = header?.challenge?.nonce
    if (nonce !== undefined) machine.state.nonce = nonce
    if (header?.data === '212') this.#cred = ''
    const { client } = enrolment.account
    // OMA-TS-DM_Security-V1_2 §5.3: after 200, each message brings credentials, with the nonce told last.
    if (header?.data === '200' && header.challenge && this.credentials === 'md5')
      this.#cred = meetChallenge(header.challenge.type, client, nonce).text
    if (header === undefined || Number(header.data) < 400) return false
    const isAsking = header.data === '401' || header.data === '407'
    const challenge = isAsking ? header.challenge : undefined
    if (!challenge || ++this.#credentialsSent > mostCredentials)
      throw new Ended('refused', `the header got ${header.data}`, statusCode(401))
    const { kind, text } = meetChallenge(challenge.type, client, machine.state.nonce)
    this.#cred = text
    this.credentials = kind
    return true
  }

  /** A piece of a value is confirmed with 213. */
  #judgePieces(
    statuses: readonly ServerStatus[],
    sent: ReadonlyMap<string, string>,
    rest: readonly Part[],
  ): void {
    const last = [...sent].at(-1)
    if (rest.length === 0 || last?.[1] !== 'Results') return
    const isPiece = rest[0]?.kind === 'results' && rest[0].items[0]?.isContinued
    const told = statuses.find(({ cmdRef }) => cmdRef === last[0])
    if (isPiece && told?.data !== '213')
      this.#violate('largeObject', `a piece was answered with ${told?.data}, not 213`)
  }

  readonly #violate: Report = (kind, detail, command) => {
    this.violations.push({
      kind,
      message: this.#serverMessages,
      detail,
      ...(command === undefined ? {} : { command }),
    })
  }

  #has(name: SessionFault): boolean {
    return this.#parts.faults.includes(name)
  }
}
