import type { Answer, Sending, Transport } from './transport.ts'
import { WindowsError } from './windows-error.ts'

export type StepName =
  | 'terms'
  | 'register'
  | 'probe'
  | 'discover'
  | 'signIn'
  | 'policies'
  | 'request'
  | 'provision'
  | 'renew'
  | 'session'

/** One step of an enrolment, as it went. */
export type Step = {
  readonly step: StepName
  readonly url: string
  /** Of the answer; undefined when there was none, or nothing to ask. */
  readonly status: number | undefined
  readonly ms: number
  /** `ok`, or the code and the reason for which Windows stopped. */
  readonly outcome: string
}

/** Writes down each step, also the one that fails. */
export class Recorder {
  readonly steps: Step[] = []
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Sends and judges. @param outcome what is written down when the judge is content */
  async send<T>(
    step: StepName,
    sending: Sending,
    judge: (answer: Answer) => T,
    outcome: (result: T) => string = () => 'ok',
  ): Promise<T> {
    let status: number | undefined
    return this.run(
      step,
      sending.url,
      async () => {
        const answer = await this.#transport.send(sending)
        status = answer.status
        return judge(answer)
      },
      outcome,
      () => status,
    )
  }

  async run<T>(
    step: StepName,
    url: string,
    act: () => T | Promise<T>,
    outcome: (result: T) => string = () => 'ok',
    status: () => number | undefined = () => undefined,
  ): Promise<T> {
    const startedAt = performance.now()
    const write = (text: string) => {
      const ms = Math.round(performance.now() - startedAt)
      this.steps.push({ step, url, status: status(), ms, outcome: text })
    }
    try {
      const result = await act()
      write(outcome(result))
      return result
    } catch (error) {
      write(error instanceof WindowsError ? `${error.code} ${error.message}` : String(error))
      throw error
    }
  }
}
