import { StreamName } from '@mooring/contract/directory'
import { findConnection, findFindings } from '../connection/index.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findHeldRun } from './held-runs-store.ts'
import { findSettings } from './settings-store.ts'
import type { NotificationFacts, StreamFacts } from './standing.ts'
import type { RunProblem, SyncRunId } from './sync-run.ts'

/** What is known of how the directory is kept. */
export type StandingFacts = {
  readonly streams: readonly StreamFacts[]
  readonly notifications: readonly NotificationFacts[]
  readonly openProblems: number
  /** The run that the removal brake holds. */
  readonly heldRun: SyncRunId | undefined
}

const PERMISSION_CHECK: Readonly<Record<StreamName, string>> = {
  users: 'permission.User.Read.All',
  groups: 'permission.Group.Read.All',
  devices: 'permission.Device.ReadWrite.All',
}

/** Gathers what the standing of an organization's directory is judged by. */
export async function findStandingFacts(
  db: Db,
  organization: OrganizationId,
): Promise<StandingFacts> {
  const connection = await findConnection(db, organization)
  const { users, groups } = {
    users: connection?.syncUsers ?? false,
    groups: connection?.syncGroups ?? false,
  }
  // Devices have no switch: they are read along with whatever is read.
  const isOn = { users, groups, devices: users || groups }
  return {
    streams: await findStreamFacts(db, organization, isOn),
    notifications: await findNotificationFacts(db, organization, isOn),
    openProblems: await countOpenProblems(db, organization),
    heldRun: (await findHeldRun(db, organization))?.id,
  }
}

async function findStreamFacts(
  db: Db,
  organization: OrganizationId,
  isOn: Readonly<Record<StreamName, boolean>>,
): Promise<StreamFacts[]> {
  const check = await findFindings(db, organization)
  const rows = await db
    .selectFrom('directory_streams')
    .select(['stream', 'last_success_at', 'last_full_at', 'problem'])
    .where('organization_id', '=', organization)
    .execute()
  return StreamName.options.map((stream) => {
    const row = rows.find((candidate) => candidate.stream === stream)
    const permission = check?.findings.find(({ id }) => id === PERMISSION_CHECK[stream])
    return {
      stream,
      isSwitchedOn: isOn[stream],
      permissionMissingSince:
        permission?.code === 'permissionMissing' ? check?.checkedAt : undefined,
      lastSuccessAt: row?.last_success_at ?? undefined,
      lastFullReadAt: row?.last_full_at ?? undefined,
      problem: (row?.problem as RunProblem | null | undefined) ?? undefined, // written by streams-store
    }
  })
}

async function findNotificationFacts(
  db: Db,
  organization: OrganizationId,
  isOn: Readonly<Record<'users' | 'groups', boolean>>,
): Promise<NotificationFacts[]> {
  const { settings } = await findSettings(db, organization)
  const rows = await db
    .selectFrom('change_subscriptions')
    .select(['stream', 'state', 'expires_at', 'last_notification_at', 'problem'])
    .where('organization_id', '=', organization)
    .execute()
  return (['users', 'groups'] as const).map((stream) => {
    const row = rows.find((candidate) => candidate.stream === stream)
    return {
      stream,
      isWanted: isOn[stream] && settings.changeNotifications,
      subscription: row && {
        state: row.state,
        expiresAt: row.expires_at ?? undefined,
        lastNotificationAt: row.last_notification_at ?? undefined,
        problem: (row.problem as RunProblem | null) ?? undefined, // written by subscriptions-store
      },
    }
  })
}

async function countOpenProblems(db: Db, organization: OrganizationId): Promise<number> {
  const row = await db
    .selectFrom('directory_unapplied')
    .select((is) => is.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organization)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
