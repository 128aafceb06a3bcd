import type { FactChange } from './fact-changes-store.ts'
import type { Answer, News } from './session-state.ts'
import type { Fact } from './standings-store.ts'

/** What a message changes, put in order for whoever writes it. */
export type Outcome = {
  readonly sent: readonly string[]
  readonly interrupted: readonly string[]
  readonly finished: readonly {
    readonly id: string
    readonly state: 'succeeded' | 'failed'
    readonly answers: readonly Answer[]
  }[]
  readonly facts: Readonly<Record<string, Fact>>
  readonly changes: readonly FactChange[]
  readonly unenrolled: boolean
}

/** Differs at every reading, so that its history would tell nothing. */
const RESTLESS =
  /\/(?:LocalTime|FreeStorage|EstimatedChargeRemaining|EstimatedRuntime|LastSuccessfulScanTime)$/

/** A node that is there already or not any more is as it was to be. */
const ALREADY_THERE = 418
const GONE = 404

/** Puts the news of a message in order. @param known what was known before. */
export function sortNews(
  news: readonly News[],
  known: Readonly<Record<string, Fact>>,
  now: Date,
): Outcome {
  const facts: Record<string, Fact> = { ...known }
  const changes: FactChange[] = []
  const ids = (kind: 'sent' | 'interrupted') =>
    news.flatMap((item) => (item.kind === kind ? [item.command] : []))
  for (const item of news) {
    if (item.kind !== 'fact') continue
    const before = known[item.uri]
    const isSame = before?.value === item.value && before?.code === item.code
    facts[item.uri] = {
      ...(item.value === undefined ? {} : { value: item.value }),
      ...(item.format === undefined ? {} : { format: item.format }),
      code: item.code,
      since: isSame ? before.since : now.getTime(),
    }
    // What a device says for the first time is no change of it.
    if (before && !isSame && !RESTLESS.test(item.uri)) {
      changes.push({ uri: item.uri, before: before.value, after: item.value })
    }
  }
  return {
    sent: ids('sent'),
    interrupted: ids('interrupted'),
    finished: news.flatMap((item) =>
      item.kind === 'finished'
        ? [{ id: item.command, answers: item.answers, state: judgeAnswers(item.answers) }]
        : [],
    ),
    facts,
    changes,
    unenrolled: news.some(({ kind }) => kind === 'unenrolled'),
  }
}

/** A command has succeeded when each of its nodes has. */
function judgeAnswers(answers: readonly Answer[]): 'succeeded' | 'failed' {
  const isGood = ({ verb, code }: Answer) =>
    (code >= 200 && code < 300) ||
    (verb === 'Add' && code === ALREADY_THERE) ||
    (verb === 'Delete' && code === GONE)
  return answers.every(isGood) ? 'succeeded' : 'failed'
}
