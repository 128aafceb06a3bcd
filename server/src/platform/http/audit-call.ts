import type { Endpoint } from '@mooring/contract/endpoints'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../api-error.ts'
import type { AuditActor, AuditNote } from '../audit-note.ts'
import type { Database, Db } from '../database.ts'
import type { OrganizationId } from '../organization-id.ts'
import { actorOf } from './actor.ts'
import type { Call, Caller } from './call.ts'

/** What is recorded of a request: the note of a room, and who sent it from where. */
export type AuditEntry = {
  readonly note: AuditNote
  readonly actor: AuditActor
  readonly origin: {
    readonly clientAddress: string
    readonly requestId: string
    readonly userAgent: string | null
  }
}

/** Writes entries; the room that does is above us, so that `app` hands it in. */
export type Auditor = {
  /** Within a transaction. */
  record(tx: Db | Database['db'], organization: OrganizationId, entry: AuditEntry): Promise<void>
  /** Within a transaction that does for many what each of them asked. */
  recordAll(tx: Db, organization: OrganizationId, entries: readonly AuditEntry[]): Promise<void>
  /** By itself, and within bounds. */
  recordRefusal(organization: OrganizationId, entry: AuditEntry): Promise<void>
}

type Sender = { readonly caller: Caller | undefined; readonly organization?: OrganizationId }

/** How a request's handler records what it does. */
export function auditCall(
  auditor: Auditor,
  request: FastifyRequest,
  { caller, organization }: Sender,
): Pick<Call, 'audit' | 'auditRefusal'> {
  const toEntry = (note: AuditNote, actor: AuditActor | undefined): AuditEntry => ({
    note,
    actor: actor ?? actorOf(caller),
    origin: toOrigin(request),
  })
  return {
    async audit(tx, note, { organization: elsewhere, actor } = {}) {
      const where = elsewhere ?? organization ?? caller?.organization
      if (!where) throw new Error(`An event ${note.action} belongs to no organization`)
      await auditor.record(tx, where, toEntry(note, actor))
    },
    async auditRefusal(note, { organization: where, actor }) {
      await auditor.recordRefusal(where, toEntry(note, actor))
    },
  }
}

/**
 * Does what a caller asks, and records in the caller's organization when that is not the caller's to
 * ask: a right that is missing, or another organization.
 */
export async function recordingRefusals<Answer>(
  auditor: Auditor,
  asked: { readonly caller: Caller; readonly endpoint: Endpoint; readonly request: FastifyRequest },
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    const { caller, endpoint, request } = asked
    if (isAccessRefusal(error)) {
      await auditor.recordRefusal(caller.organization, {
        note: {
          action: 'access.refused',
          outcome: 'refused',
          details: { ...told(error), endpoint: `${endpoint.method} ${endpoint.path}` },
        },
        actor: actorOf(caller),
        origin: toOrigin(request),
      })
    }
    throw error
  }
}

// Being asked for a proof is part of every dangerous act, and refuses nobody.
const isAccessRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  error.code !== 'stepUpNeeded' &&
  (error.status === 403 || error.code === 'organizationUnknown')

function told({ code, values }: ApiError): Record<string, string | number> {
  const found: Record<string, string | number> = { code }
  for (const [name, value] of Object.entries(values)) if (value !== undefined) found[name] = value
  return found
}

/** What is recorded of a request whose deed is done together with others. */
export const toAuditEntry =
  (request: FastifyRequest) =>
  (note: AuditNote, actor: AuditActor): AuditEntry => ({ note, actor, origin: toOrigin(request) })

function toOrigin(request: FastifyRequest): AuditEntry['origin'] {
  return {
    clientAddress: request.ip,
    requestId: request.id,
    userAgent: request.headers['user-agent'] ?? null,
  }
}
