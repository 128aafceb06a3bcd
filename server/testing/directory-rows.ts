import type { Kysely } from 'kysely'
import { NO_COUNTS, NOT_STARTED } from '../src/directory/sync-run.ts'
import { searchWords, sortKey } from '../src/platform/folding.ts'
import type { OrganizationId } from '../src/platform/organization-id.ts'
import type { GroupRow, Schema, UserRow } from '../src/platform/schema.ts'

/** The Entra id of the nth object of a test: `guid(1)`. */
export const guid = (number: number) =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const CREATED_AT = new Date('2026-11-01T08:00:00Z')

/** For room tests that look at rows and not at how they come: writes them as the engine would. */
export function directoryRows(db: Kysely<Schema>, organization: OrganizationId) {
  return {
    /** A person called so; active unless told otherwise. */
    async user(
      number: number,
      name: string,
      more: Partial<Omit<UserRow, 'search' | 'source'>> = {},
    ) {
      const row = {
        organization_id: organization,
        id: `usr_${number}`,
        entra_id: guid(number),
        user_principal_name: `user${number}@contoso.example`,
        display_name: name,
        given_name: null,
        surname: null,
        mail: null,
        department: null,
        job_title: null,
        company_name: null,
        office_location: null,
        mobile_phone: null,
        business_phones: [],
        employee_id: null,
        preferred_language: null,
        usage_location: null,
        user_type: 'member' as const,
        account_enabled: true,
        on_premises_sync_enabled: false,
        entra_state: 'present' as const,
        in_scope: true,
        state: 'active' as const,
        state_reason: null,
        unsettled: false,
        memberships_stale: false,
        custom_fields: {},
        removed_at: null,
        created_at: CREATED_AT,
        changed_at: CREATED_AT,
        generation: 1,
        sort_name: sortKey(name),
        sort_upn: `user${number}@contoso.example`,
        sort_department: '',
        search_words: searchWords([name]),
        ...more,
      }
      await db.insertInto('directory_users').values(row).execute()
      return row
    },
    /** A group called so. */
    async group(number: number, name: string, more: Partial<Omit<GroupRow, 'search'>> = {}) {
      const row = {
        organization_id: organization,
        id: `grp_${number}`,
        entra_id: guid(number),
        display_name: name,
        description: null,
        mail: null,
        mail_nickname: null,
        kind: 'security' as const,
        is_dynamic: false,
        membership_rule: null,
        visibility: null,
        on_premises_sync_enabled: false,
        entra_state: 'present' as const,
        state: 'active' as const,
        unsettled: false,
        members_stale: false,
        removed_at: null,
        created_at: CREATED_AT,
        changed_at: CREATED_AT,
        generation: 1,
        sort_name: sortKey(name),
        search_words: searchWords([name]),
        ...more,
      }
      await db.insertInto('directory_groups').values(row).execute()
      return row
    },
    /** Makes each member one of the group. */
    async members(group: number, kind: 'user' | 'group' | 'device', ...members: number[]) {
      const rows = members.map((member) => ({
        organization_id: organization,
        group_entra_id: guid(group),
        member_entra_id: guid(member),
        member_kind: kind,
        generation: 1,
      }))
      await db.insertInto('directory_memberships').values(rows).execute()
    },
    /** A stream that was read to its end then. */
    async stream(name: 'users' | 'groups' | 'devices', lastSuccessAt: Date) {
      await db
        .insertInto('directory_streams')
        .values({
          organization_id: organization,
          stream: name,
          sweep_due: false,
          last_full_at: lastSuccessAt,
          problem: null,
          tenant_id: guid(1),
          select_hash: '',
          round: 'delta',
          cursor_url: null,
          delta_link: null,
          generation: 1,
          round_started_at: null,
          last_success_at: lastSuccessAt,
        })
        .execute()
    },
    /** A run that ended well, unless told otherwise. */
    async run(id: string, more: Partial<RunColumns> = {}) {
      await db
        .insertInto('sync_runs')
        .values({
          organization_id: organization,
          id,
          state: 'succeeded',
          mode: 'delta',
          trigger: 'api',
          requested_by: 'a test',
          requested_at: CREATED_AT,
          started_at: CREATED_AT,
          finished_at: null,
          heartbeat_at: null,
          lease: null,
          counts: JSON.stringify(NO_COUNTS),
          progress: JSON.stringify(NOT_STARTED),
          problem: null,
          ...more,
        })
        .execute()
    },
    /** Changes numbered from `first` on, in the feed or as proposals of a run. */
    async changes(
      table: 'directory_changes' | 'sync_proposals',
      run: string,
      first: number,
      ...changes: readonly ChangeColumns[]
    ) {
      const rows = changes.map((change, index) => ({
        organization_id: organization,
        number: String(first + index),
        run_id: run,
        at: CREATED_AT,
        object: 'user' as const,
        entra_id: null,
        object_id: null,
        name: null,
        member_entra_id: null,
        member_kind: null,
        reason: null,
        ...change,
        fields: change.fields ?? null,
      }))
      await db.insertInto(table).values(rows).execute()
    },
  }
}

type RunColumns = {
  state: 'queued' | 'running' | 'held' | 'succeeded' | 'failed' | 'cancelled'
  dry_run: boolean
  holds: string
  decision: string
  requested_at: Date
}

type ChangeColumns = {
  readonly change: string
  readonly object?: 'user' | 'group' | 'membership' | 'device' | 'stream'
  readonly at?: Date
  readonly entra_id?: string
  readonly name?: string
  readonly member_entra_id?: string
  readonly member_kind?: string
  readonly fields?: Record<string, [string | null, string | null]>
}
