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
  /** Something is told that is not known so already. */
  readonly isNews: boolean
  readonly changes: readonly FactChange[]
  readonly unenrolled: boolean
}

/** Differs at every reading, so that its history would tell nothing. */
const RESTLESS =
  /\/(?:LocalTime|FreeStorage|EstimatedChargeRemaining|EstimatedRuntime|LastSuccessfulScanTime)$/

/**
 * More nodes than any PC tells of, and more characters in all: a device can say whatever it likes, and what
 * it says is kept for as long as it is managed.
 */
const MOST_FACTS = 20_000
const MOST_CHARACTERS = 16 * 1024 * 1024

/** A node that is there already or not any more is as it was to be. */
const ALREADY_THERE = 418
const GONE = 404

/** Puts the news of a message in order. @param known what was known before. */
export function sortNews(
  news: readonly News[],
  known: Readonly<Record<string, Fact>>,
  now: Date,
): Outcome {
  const facts: Record<string, Fact> = Object.assign(Object.create(null), known)
  const changes: FactChange[] = []
  const ids = (kind: 'sent' | 'interrupted') =>
    news.flatMap((item) => (item.kind === kind ? [item.command] : []))
  let isNews = false
  let count = Object.keys(known).length
  let characters = Object.entries(known).reduce((sum, fact) => sum + lengthOf(...fact), 0)
  for (const item of news) {
    if (item.kind !== 'fact') continue
    // Not the ways of an object: a device may name its node `constructor`.
    const told = Object.hasOwn(facts, item.uri) ? facts[item.uri] : undefined
    const grown = lengthOf(item.uri, item) - (told ? lengthOf(item.uri, told) : 0)
    if ((!told && count >= MOST_FACTS) || (grown > 0 && characters + grown > MOST_CHARACTERS))
      continue
    count += told ? 0 : 1
    characters += grown
    const before = Object.hasOwn(known, item.uri) ? known[item.uri] : undefined
    const isSame = before?.value === item.value && before?.code === item.code
    isNews ||= !isSame || before.format !== item.format
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
    isNews,
    changes,
    unenrolled: news.some(({ kind }) => kind === 'unenrolled'),
  }
}

const lengthOf = (uri: string, { value }: { readonly value?: string | undefined }) =>
  uri.length + (value?.length ?? 0)

/** A command has succeeded when each of its nodes has. */
function judgeAnswers(answers: readonly Answer[]): 'succeeded' | 'failed' {
  const isGood = ({ verb, code }: Answer) =>
    (code >= 200 && code < 300) ||
    (verb === 'Add' && code === ALREADY_THERE) ||
    (verb === 'Delete' && code === GONE)
  return answers.every(isGood) ? 'succeeded' : 'failed'
}
