import type { AuditActor } from '../audit-note.ts'
import type { Caller } from './call.ts'

const ANONYMOUS: AuditActor = { kind: 'anonymous', id: null, name: '' }

/** Whom the audit log names for a request. */
export function actorOf(caller: Caller | undefined): AuditActor {
  if (!caller) return ANONYMOUS
  const { id, name } = caller
  if (caller.kind === 'token') return { kind: 'token', id, name }
  return { kind: id.startsWith('usr_') ? 'user' : 'administrator', id, name }
}
