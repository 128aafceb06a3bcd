/** What became of one step. */
export type StepResult = {
  readonly name: string
  readonly ok: boolean
  readonly ms: number
  readonly detail: string
}

export type Printer = {
  step(result: StepResult): void
  line(text: string): void
  /** The one JSON object, where it is wanted. */
  summary(result: object): void
}

/** Steps go to stdout, or, where stdout ends with JSON, to stderr. */
export function printer(json: boolean): Printer {
  const out = json ? process.stderr : process.stdout
  const isPlain = process.env['NO_COLOR'] !== undefined || !out.isTTY
  const paint = (code: number, text: string) => (isPlain ? text : `\u001b[${code}m${text}\u001b[0m`)
  return {
    step({ name, ok, ms, detail }) {
      const mark = ok ? paint(32, 'ok  ') : paint(31, 'FAIL')
      out.write(
        `  ${mark} ${`${Math.round(ms)} ms`.padStart(8)}  ${name}${detail ? `: ${detail}` : ''}\n`,
      )
    },
    line: (text) => out.write(`${text}\n`),
    summary(result) {
      if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    },
  }
}
