import type { TenantId } from '../entra/ids.ts'
import type { StreamState } from './streams-store.ts'
import type { SyncMode } from './sync-run.ts'

/** Where a round begins or goes on. */
export type Round = {
  readonly kind: 'full' | 'delta'
  readonly generation: number
  /** A link of Graph's; `undefined` for the first call of a full round. */
  readonly cursor: string | undefined
  readonly startedAt: Date
}

type Wanted = {
  readonly mode: SyncMode
  readonly tenantId: TenantId
  readonly selectHash: string
  readonly now: Date
}

/**
 * Decides how a stream is brought up to date.
 *
 * An unfinished round goes on where its last page was committed, unless a full one is wanted or it
 * belongs to another tenant or another list of properties.
 */
export function planRound(stream: StreamState | undefined, wanted: Wanted): Round {
  const fits = stream?.tenantId === wanted.tenantId && stream.selectHash === wanted.selectHash
  if (!stream || !fits) return fullRound(stream, wanted.now)
  const startedAt = stream.roundStartedAt ?? wanted.now
  if (stream.cursorUrl && (wanted.mode === 'delta' || stream.round === 'full')) {
    return {
      kind: stream.round,
      generation: stream.generation,
      cursor: stream.cursorUrl,
      startedAt,
    }
  }
  const isFull = wanted.mode === 'full' || isInDoubt(stream, wanted.now)
  if (isFull || !stream.deltaLink) return fullRound(stream, wanted.now)
  return {
    kind: 'delta',
    generation: stream.generation,
    cursor: stream.deltaLink,
    startedAt: wanted.now,
  }
}

const DOUBT_MS = 60 * 60 * 1000

/**
 * Whether a full round missed objects that the brake has not let go since. Should they have been there
 * all the while, no round of changes would ever say so: only reading everything again does.
 */
function isInDoubt({ sweepDue, lastFullAt }: StreamState, now: Date): boolean {
  return sweepDue && lastFullAt !== undefined && now.getTime() - lastFullAt.getTime() > DOUBT_MS
}

/**
 * Where to begin again when Graph no longer knows the cursor: in the middle of a round of changes
 * at its beginning, otherwise with everything.
 */
export function roundAfterExpiry(
  stream: StreamState | undefined,
  expired: Round,
  now: Date,
): Round {
  const link = stream?.deltaLink
  if (expired.kind === 'delta' && link && link !== expired.cursor) {
    return { kind: 'delta', generation: expired.generation, cursor: link, startedAt: now }
  }
  return fullRound(stream, now)
}

function fullRound(stream: StreamState | undefined, now: Date): Round {
  return {
    kind: 'full',
    generation: (stream?.generation ?? 0) + 1,
    cursor: undefined,
    startedAt: now,
  }
}
