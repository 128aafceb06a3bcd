import { tellOverwritten } from '../compliance/index.ts'
import type { SyncParts } from '../directory/index.ts'
import { listRuleGroups } from '../enrolment/index.ts'
import { everyFewSeconds } from '../platform/every-few-seconds.ts'
import {
  type EmptiedGroup,
  listEmptied,
  listRoleGroups,
  refreshAndRecord,
  removeOrphans,
} from '../roles/index.ts'
import { removeSessionsOfTheGone } from '../sign-in/index.ts'
import type { EntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'

/** What carries a synchronisation out, in a job or at the command line. */
export function toSyncParts(
  { db, clock, log }: Parts,
  { clients }: Pick<EntraParts, 'clients'>,
): SyncParts {
  return {
    db,
    clients,
    clock,
    log,
    ended: followDirectory({ clock }),
    judge: judgeRoles,
    groupsInUse: listGroupsInUse,
    everyFewSeconds: (tick) =>
      everyFewSeconds(tick, (error) => log.warn({ err: error }, 'a sign of life was not written')),
  }
}

/** Groups by which people have a role, or may enrol devices. */
const listGroupsInUse: NonNullable<SyncParts['groupsInUse']> = async (db, organization) => [
  ...(await listRoleGroups(db, organization)),
  ...(await listRuleGroups(db, organization)),
]

/** What follows from a change of the directory, in its own transaction: roles, sessions, tokens. */
export function followDirectory({ clock }: Pick<Parts, 'clock'>): NonNullable<SyncParts['ended']> {
  return async (tx, organization, end) => {
    await removeOrphans(tx, organization)
    await removeSessionsOfTheGone(tx, organization)
    await refreshAndRecord(tx, organization, {
      now: clock.now(),
      letsEmptiedGo: end === 'settled',
    })
    await tellOverwritten(tx, organization, clock.now())
  }
}

const EMPTIED = {
  owner: 'ownerGroupEmpty',
  administrator: 'administratorGroupEmpty',
} as const satisfies Record<EmptiedGroup['role'], string>

/** The removal brake of roles: no group loses the last person it gives a strong role to unasked. */
export const judgeRoles: NonNullable<SyncParts['judge']> = async (tx, organization) => {
  const emptied = await listEmptied(tx, organization)
  return emptied.map(({ role, entraId, name: group, had }) => ({
    code: EMPTIED[role],
    values: { group, entraId, had },
  }))
}
