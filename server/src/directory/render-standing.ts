import type { NotificationStanding, StreamStanding } from '@mooring/contract/directory'
import type { Language, Texts, Values } from '../platform/texts.ts'
import { toTroubleAnswer } from './render-problem.ts'
import {
  ageOf,
  judgeNotifications,
  judgeStream,
  type NotificationFacts,
  type StreamFacts,
} from './standing.ts'

type Reader = { readonly texts: Texts; readonly language: Language; readonly now: Date }

const PERMISSION: Readonly<Record<StreamFacts['stream'], string>> = {
  users: 'User.Read.All',
  groups: 'Group.Read.All',
  devices: 'Device.ReadWrite.All',
}

/** How one kind of object stands, in the reader's language. */
export function toStreamStanding(reader: Reader, facts: StreamFacts): StreamStanding {
  const state = judgeStream(facts, reader.now)
  const { problem } = facts
  return {
    stream: facts.stream,
    state,
    sentence: streamSentence(reader, state, facts),
    lastSuccessAt: facts.lastSuccessAt?.toISOString() ?? null,
    lastFullReadAt: facts.lastFullReadAt?.toISOString() ?? null,
    problem: problem ? toTroubleAnswer(reader.texts, reader.language, problem) : null,
  }
}

function streamSentence(
  reader: Reader,
  state: StreamStanding['state'],
  facts: StreamFacts,
): string {
  const { lastSuccessAt } = facts
  const say = (key: string, values: Values = {}) =>
    reader.texts.say(reader.language, `standing.${key}`, values)
  switch (state) {
    case 'off':
    case 'never':
      return say(state)
    case 'notAllowed':
      return say(state, { permission: PERMISSION[facts.stream] })
    case 'current':
    case 'late':
      return say(state, { age: tellAge(reader, lastSuccessAt) })
    case 'failing':
      return lastSuccessAt
        ? say('failing', { age: tellAge(reader, lastSuccessAt) })
        : say('failingFirst')
  }
}

/** Whether Microsoft tells us about changes, in the reader's language. */
export function toNotificationStanding(
  reader: Reader,
  facts: NotificationFacts,
): NotificationStanding {
  const state = judgeNotifications(facts, reader.now)
  const { expiresAt, lastNotificationAt, problem } = facts.subscription ?? {}
  const { texts, language } = reader
  const key = state === 'active' && !lastNotificationAt ? 'activeAndSilent' : state
  const age = tellAge(reader, state === 'expired' ? expiresAt : lastNotificationAt)
  return {
    stream: facts.stream,
    state,
    sentence: reader.texts.say(reader.language, `notifications.${key}`, { age }),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastNotificationAt: lastNotificationAt?.toISOString() ?? null,
    // What nobody wants any more needs no remedy.
    problem: problem && facts.isWanted ? toTroubleAnswer(texts, language, problem) : null,
  }
}

/** "5 minutes ago": with one and with many, which differ in both languages. */
function tellAge({ texts, language, now }: Reader, at: Date | undefined): string {
  if (!at) return ''
  const { unit, count } = ageOf(at, now)
  return texts.say(language, `age.${unit}.${count === 1 ? 'one' : 'many'}`, { count })
}
