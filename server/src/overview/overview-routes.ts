import type { Overview } from '@mooring/contract/overview'
import { findBrokenGlass } from '../audit/index.ts'
import { findConnection, findFindings } from '../connection/index.ts'
import {
  countDirectory,
  findStandingFacts,
  listDays,
  listRuns,
  type StoredRun,
  toStreamStanding,
  toSyncRun,
} from '../directory/index.ts'
import { countAwaitingWipes, findGuard } from '../management/index.ts'
import { loadOrganization } from '../organizations/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Language, Texts } from '../platform/texts.ts'
import { findProvider } from '../single-sign-on/index.ts'
import { type AttentionItem, attentionItems } from './attention.ts'

export type OverviewRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
}

const RECENT_RUNS = 5
const HISTORY_DAYS = 30
/** How long a local owner's sign-in beside the provider is told of. */
const GLASS_MS = 7 * 24 * 60 * 60 * 1000

/** One page that answers: is all well? */
export function overviewRoutes({ db, clock, texts }: OverviewRouteParts): Handlers<'getOverview'> {
  return {
    async getOverview(_input, { organization: id, language }) {
      const organization = await loadOrganization(db, id)
      const connection = await findConnection(db, id)
      const lastCheck = await findFindings(db, id)
      const runs = await listRuns(db, id, { limit: RECENT_RUNS, after: undefined })
      const counts = await countDirectory(db, id)
      const { streams, heldRun, openProblems } = await findStandingFacts(db, id)
      // People and groups are what an organization is about; devices may not even be allowed.
      const successes = streams
        .filter(({ stream }) => stream !== 'devices')
        .map(({ lastSuccessAt }) => lastSuccessAt)
        .filter((at) => at !== undefined)
      const lastSuccessAt = successes.sort((a, b) => a.getTime() - b.getTime()).at(-1)
      const { slug, name } = organization
      const now = clock.now()
      const items = attentionItems({
        slug,
        now,
        connection,
        lastCheck,
        // One that only shows what would change says nothing about how things are.
        lastRun: runs.find((run) => !run.dryRun),
        heldRun,
        streams,
        openProblems,
        glassBrokenAt: await findGlassBrokenAt(db, id, now),
        counts,
        wipes: {
          awaiting: await countAwaitingWipes(db, id, now),
          frozenAt: (await findGuard(db, id)).frozen_at ?? undefined,
        },
      })
      const state = stateOf(connection !== undefined, lastSuccessAt, items)
      return {
        organization: { slug, name },
        state,
        sentence: texts.say(language, `overview.sentence.${state}`),
        since: (state === 'well' ? lastSuccessAt : connection?.createdAt)?.toISOString() ?? null,
        tenant: connection
          ? {
              tenantId: connection.tenantId,
              name: lastCheck?.tenantName ?? null,
              credentialExpiresAt: connection.credentialExpiresAt?.toISOString() ?? null,
            }
          : null,
        syncUsers: connection?.syncUsers ?? false,
        syncGroups: connection?.syncGroups ?? false,
        counts,
        standing: streams.map((stream) => toStreamStanding({ texts, language, now }, stream)),
        history: await listDays(db, id, HISTORY_DAYS),
        attention: items.map((item) => toAttention(texts, language, item)),
        lastRun: runs[0] ? toSyncRun(texts, language, runs[0]) : null,
        lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
        recentRuns: runs.map((run: StoredRun) => toSyncRun(texts, language, run)),
      }
    },
  }
}

/** With no provider to sign in with, a local account is no emergency. */
async function findGlassBrokenAt(
  db: Database['db'],
  organization: OrganizationId,
  now: Date,
): Promise<Date | undefined> {
  const provider = await findProvider(db, organization)
  if (!provider?.settings.enabled) return undefined
  return await findBrokenGlass(db, organization, new Date(now.getTime() - GLASS_MS))
}

function stateOf(
  isConnected: boolean,
  lastSuccessAt: Date | undefined,
  items: readonly AttentionItem[],
): Overview['state'] {
  if (!isConnected) return 'notConnected'
  if (items.some((item) => item.severity === 'critical')) return 'broken'
  if (!lastSuccessAt) return 'connecting'
  return items.some((item) => item.severity === 'warning') ? 'attention' : 'well'
}

function toAttention(
  texts: Texts,
  language: Language,
  item: AttentionItem,
): Overview['attention'][number] {
  const { stream } = item.values
  const what = stream === undefined ? '' : texts.say(language, `attention.stream.${stream}`)
  const values = { ...item.values, what }
  return {
    code: item.code,
    severity: item.severity,
    title: texts.say(language, `attention.${item.code}.title`, values),
    detail: texts.say(language, `attention.${item.code}.detail`, values),
    href: item.href,
  }
}
