import type { DirectorySettings } from '@mooring/contract/directory'
import type { TenantId } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Round } from './plan-round.ts'
import type { ReadPage } from './read-round.ts'
import { recordLoaded } from './record-changes-store.ts'
import { findSiblings, lockTenant } from './settle-store.ts'
import { type PageResult, type PageSetting, type StreamKind, selectHash } from './stream-kinds.ts'
import { findStream, saveStream } from './streams-store.ts'
import { addCounts } from './sync-run.ts'

export type ApplySetting = {
  readonly organization: OrganizationId
  readonly tenantId: TenantId
  readonly rules: DirectorySettings
  readonly run: string
  readonly now: Date
  /** Tells even what comes for the first time: for a dry run. */
  readonly tellsAll: boolean
  /** Groups whose members are let go when the run settles. */
  readonly guarded: ReadonlySet<string>
}

/** Takes a page over and moves the cursor past it, in one transaction. */
export async function applyPage(
  tx: Db,
  kind: StreamKind,
  round: Round,
  page: ReadPage,
  setting: ApplySetting,
): Promise<PageResult> {
  const { organization, tenantId, rules, run, now } = setting
  if (kind.name === 'users') await lockTenant(tx, tenantId)
  const before = await findStream(tx, organization, kind.name)
  const isFirstLoad = before?.lastSuccessAt === undefined
  const isLast = page.next.kind === 'deltaLink'
  const of: PageSetting = {
    ...toPageSetting(kind, setting),
    generation: round.generation,
    round: round.kind,
    hasSiblings: await hasSiblings(tx, kind, setting),
    isTold: !isFirstLoad || setting.tellsAll,
    // A dry run is undone, and leaves the key of the memberships to the real thing.
    isLast: isLast && !setting.tellsAll,
    lastSuccessAt: before?.lastSuccessAt,
  }
  const result = await kind.applyPage(tx, page.items, of)
  const isSwept = isLast && round.kind === 'full'
  const counts = isSwept ? addCounts(result.counts, await kind.endRound(tx, of)) : result.counts
  if (isLast && isFirstLoad && !setting.tellsAll) {
    await recordLoaded(tx, organization, kind.name, { run, now })
  }
  await saveStream(tx, organization, kind.name, {
    tenantId,
    selectHash: selectHash(kind, rules),
    round: isLast ? 'delta' : round.kind,
    cursorUrl: isLast ? undefined : page.next.url,
    deltaLink: isLast ? page.next.url : before?.deltaLink,
    generation: round.generation,
    roundStartedAt: isLast ? undefined : round.startedAt,
    lastSuccessAt: isLast ? now : before?.lastSuccessAt,
    sweepDue: isSwept || (before?.sweepDue ?? false),
    lastFullAt: isSwept ? now : before?.lastFullAt,
    problem: undefined,
  })
  return { counts, problems: result.problems }
}

/** The same for a single object that is asked for again, between the rounds. */
export async function applyObject(
  tx: Db,
  kind: StreamKind,
  item: Readonly<Record<string, unknown>>,
  setting: ApplySetting,
): Promise<PageResult> {
  if (kind.name === 'users') await lockTenant(tx, setting.tenantId)
  const stream = await findStream(tx, setting.organization, kind.name)
  return await kind.applyPage(tx, [item], {
    ...toPageSetting(kind, setting),
    generation: stream?.generation ?? 1,
    round: 'delta',
    hasSiblings: await hasSiblings(tx, kind, setting),
    isTold: true,
    isLast: false,
    lastSuccessAt: stream?.lastSuccessAt,
  })
}

function toPageSetting(kind: StreamKind, { organization, rules, run, now, guarded }: ApplySetting) {
  return { organization, rules, run, now, guarded, newId: () => newId(kind.idPrefix) }
}

async function hasSiblings(tx: Db, kind: StreamKind, setting: ApplySetting): Promise<boolean> {
  if (kind.name !== 'users') return false
  return (await findSiblings(tx, setting.organization, setting.tenantId)).length > 0
}
