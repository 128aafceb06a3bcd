import { CompiledQuery } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_ONCE } from '../platform/planned-statements.ts'
import type { ReadAt } from './facts-plan.ts'
import type { Answer, SessionState } from './session-state.ts'
import type { Fact } from './standings-store.ts'

/** What a message leaves behind. */
export type MessageChange = {
  readonly session: SessionState | undefined
  readonly heardDigest: string
  readonly reply: string
  readonly greetingDigest: string | null
  /** Absent: as they were. */
  readonly facts: Readonly<Record<string, Fact>> | undefined
  readonly readAt: ReadAt
  readonly dueAt: Date
  readonly proof: string
  readonly now: Date
  /** Commands given out: from now on nobody may take them back. */
  readonly sent: readonly string[]
  readonly finished: readonly {
    readonly id: string
    readonly state: 'succeeded' | 'failed'
    readonly answers: readonly Answer[]
  }[]
}

// No command is given out and answered in one message, so that the two do not meet.
const KEEP = `${PLANNED_ONCE}
  with standing as (
    update device_standings set session = $4::jsonb, heard_digest = $5, reply = $6, heard_at = $3,
      greeting_digest = $7, facts = coalesce($8::jsonb, facts), read_at = $9::jsonb, due_at = $10,
      proof = $11
    where organization_id = $1 and device_id = $2
  ), given as (
    update device_commands set state = 'sent', sent_at = $3, uncertain = false
    where organization_id = $1 and id = any($12::text[])
  ), finished as (
    update device_commands c
    set state = f.state, answers = f.answers, ended_at = $3, uncertain = false
    from jsonb_to_recordset($13::jsonb) as f (id text, state text, answers jsonb)
    where c.organization_id = $1 and c.id = any($14::text[]) and c.id = f.id and c.state = 'sent'
    returning c.kind, c.state
  )
  select kind, state from finished`

/**
 * Keeps how a session stands and what became of its commands, as one statement, whose plan may get lost.
 *
 * @returns the commands that ended by this.
 */
export async function keepMessage(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  change: MessageChange,
): Promise<readonly { readonly kind: string; readonly state: string }[]> {
  const { session, facts, finished } = change
  const { rows } = await tx.executeQuery<{ kind: string; state: string }>(
    CompiledQuery.raw(KEEP, [
      organization,
      deviceId,
      change.now,
      session ? JSON.stringify(session) : null,
      change.heardDigest,
      change.reply,
      change.greetingDigest,
      facts ? JSON.stringify(facts) : null,
      JSON.stringify(change.readAt),
      change.dueAt,
      change.proof,
      [...change.sent],
      JSON.stringify(finished),
      finished.map(({ id }) => id),
    ]),
  )
  return rows
}
