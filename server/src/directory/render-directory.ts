import type { Completeness, Group, SyncRun, User } from '@mooring/contract/directory'
import { describeTrouble } from '../entra/trouble.ts'
import type { Language, Texts } from '../platform/texts.ts'
import type { GroupRecord } from './plan-groups.ts'
import type { UserRecord } from './plan-users.ts'
import type { StreamState } from './streams-store.ts'
import type { StoredRun } from './sync-runs-store.ts'

/** A person as the API tells of them. */
export function toUser(row: UserRecord): User {
  return {
    id: row.id,
    entraId: row.entra_id,
    userPrincipalName: row.user_principal_name,
    displayName: row.display_name ?? row.user_principal_name,
    givenName: row.given_name,
    surname: row.surname,
    mail: row.mail,
    department: row.department,
    jobTitle: row.job_title,
    userType: row.user_type,
    state: row.state,
    source: 'entra',
    createdAt: row.created_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  }
}

/** @param memberCount `null` while the member list is not known to be whole. */
export function toGroup(row: GroupRecord, memberCount: number | null): Group {
  return {
    id: row.id,
    entraId: row.entra_id,
    displayName: row.display_name ?? row.entra_id,
    description: row.description,
    mail: row.mail,
    kind: row.kind,
    isDynamic: row.is_dynamic,
    membersHidden: row.visibility === 'HiddenMembership',
    memberCount,
    source: 'entra',
    createdAt: row.created_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  }
}

/** Whether a list shows the whole, and since when it is known to. */
export function completenessOf(
  stream: StreamState | undefined,
  isSwitchedOn: boolean,
): { completeness: Completeness; asOf: string | null } {
  const asOf = stream?.lastSuccessAt?.toISOString() ?? null
  if (!isSwitchedOn) return { completeness: 'switchedOff', asOf }
  if (!stream) return { completeness: 'neverSynchronised', asOf }
  return { completeness: asOf ? 'complete' : 'firstSyncRunning', asOf }
}

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
    progress: run.progress,
    ...(problem
      ? {
          problem: {
            code: problem.code,
            ...describeTrouble(texts, language, problem.code, problem.values),
            ...(isMicrosofts(problem.code) ? { microsoftCode: problem.code } : {}),
            ...(problem.microsoftTraceId ? { microsoftTraceId: problem.microsoftTraceId } : {}),
            at: problem.at,
          },
        }
      : {}),
  }
}

/** Ours begin in lower case; Microsoft's do not, but for one. */
const isMicrosofts = (code: string) => /^[A-Z]/.test(code) || code === 'syncStateNotFound'
