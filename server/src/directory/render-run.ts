import type { SyncRun } from '@mooring/contract/directory'
import type { Language, Texts } from '../platform/texts.ts'
import { toTroubleAnswer } from './render-problem.ts'
import type { StoredRun } from './sync-runs-store.ts'

/** A run as the API tells of it, its problem in the reader's language. */
export function toSyncRun(texts: Texts, language: Language, run: StoredRun): SyncRun {
  const { problem } = run
  return {
    id: run.id,
    state: run.state,
    mode: run.mode,
    dryRun: run.dryRun,
    trigger: run.trigger,
    requestedBy: run.requestedBy,
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    requests: run.requests,
    counts: run.counts,
    progress: toProgress(run),
    ...(problem ? { problem: toTroubleAnswer(texts, language, problem) } : {}),
    holds: run.holds.map(({ code, values }) => ({
      code,
      title: texts.say(language, `hold.${code}.title`, values),
      detail: texts.say(language, `hold.${code}.detail`, values),
    })),
    decision: run.decision ?? null,
  }
}

/** Sums, speed and end of what is being read, as of the last sign of life. */
function toProgress({ progress, heartbeatAt, state }: StoredRun): SyncRun['progress'] {
  const { phase, streams } = progress
  const sum = (of: 'pages' | 'objects') => streams.reduce((all, stream) => all + stream[of], 0)
  const objects = sum('objects')
  const known = streams.map((stream) => stream.expected).filter((count) => count !== null)
  const expected =
    streams.length > 0 && known.length === streams.length
      ? known.reduce((all, count) => all + count, 0)
      : null
  const since = progress.readingSince ? Date.parse(progress.readingSince) : undefined
  const isReading = state === 'running' && phase === 'reading' && since && heartbeatAt
  const seconds = isReading ? (heartbeatAt.getTime() - since) / 1000 : 0
  const rate = seconds > 0 && objects > 0 ? objects / seconds : null
  const leftMs = rate && expected !== null ? (Math.max(0, expected - objects) / rate) * 1000 : null
  return {
    phase,
    pages: sum('pages'),
    objects,
    expected,
    rate: rate === null ? null : Math.round(rate * 10) / 10,
    estimatedEndAt:
      leftMs === null || !heartbeatAt
        ? null
        : new Date(heartbeatAt.getTime() + leftMs).toISOString(),
    streams: [...streams],
  }
}
