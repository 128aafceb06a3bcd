import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { SessionFault } from '../csp/facts.ts'
import { fact, type Machine } from '../csp/machine.ts'
import { codes, statusCode } from '../windows-error.ts'
import { Ended } from './ended.ts'
import { judgeAnswer, type Post, postSyncml } from './post-syncml.ts'
import type { SessionReport } from './session-report.ts'
import type { Report } from './violation.ts'

/** Carries a session's messages, and does to them what the PC's faults say. */
export class Wire {
  readonly post: Post
  readonly log: SessionReport['log'][number][] = []
  readonly #parts: WireParts
  readonly #report: Report
  #count = 0
  #lost = false

  constructor(parts: WireParts, post: Post, report: Report) {
    this.#parts = parts
    this.post = post
    this.#report = report
  }

  /** @returns the answer's text @throws Ended, WindowsError */
  async send(honest: string): Promise<string> {
    this.#count++
    const { faults } = this.#parts
    if (faults.includes('slow')) await wait(fact(this.#parts.machine, 'slowMs'))
    const isGarbage = faults.includes('answersGarbage') && this.#count > 1
    const text = isGarbage ? `<SyncML>${randomBytes(40).toString('latin1')}` : honest
    this.#keep('device', text)
    const first = await this.#postOnce(text)
    const isLost = faults.includes('losesAnswer') && !this.#lost
    if (!isLost && !faults.includes('repeatsMessage')) return first
    this.#lost = true
    const second = await this.#postOnce(text)
    if (commandsIn(first) !== commandsIn(second))
      this.#report('repeatedAnswer', `${commandsIn(first)} became ${commandsIn(second)}`)
    return second
  }

  async #postOnce(text: string): Promise<string> {
    const { machine } = this.#parts
    const isFirstEver = this.post.isFirstEver && this.#count === 1
    const answer = await postSyncml(machine, text, { ...this.post, isFirstEver })
    const body = answer.body.toString('utf8')
    this.#keep('server', body)
    if (answer.status !== 200)
      throw new Ended('refused', `HTTP ${answer.status}`, statusCode(answer.status))
    if (!judgeAnswer(answer, fact(machine, 'maxMsgSize'), this.#report))
      throw new Ended('notTaken', 'the answer is none of a management server', codes.messageFormat)
    return body
  }

  #keep(from: 'device' | 'server', text: string): void {
    if (this.#parts.keepMessages) this.log.push({ from, text })
  }
}

type WireParts = {
  readonly machine: Machine
  readonly faults: readonly SessionFault[]
  readonly keepMessages: boolean
}

/** What a message asks for, by the names of its commands and nodes. */
function commandsIn(text: string): string {
  const pattern = /<(Get|Exec|Replace|Add|Delete|Atomic)>|<Target>\s*<LocURI>([^<]*)/g
  return [...text.matchAll(pattern)].map(([, name, uri]) => name ?? uri).join(' ')
}
