import type { DirectoryObject, Kind } from '../directory/records.ts'
import type { Reply } from '../http/reply.ts'
import { context, type GraphCall, graphReply, option } from './call.ts'
import { renderObject } from './render.ts'
import { readSelect } from './select.ts'

const sets = {
  user: 'users',
  group: 'groups',
  device: 'devices',
  servicePrincipal: 'servicePrincipals',
  orgContact: 'contacts',
} as const

/** Answers with one object. */
export function answerSingle(call: GraphCall, object: DirectoryObject): Reply {
  const selection = readSelect(object.kind, option(call, 'select'), true)
  const name = setName(object.kind, selection.text)
  return graphReply(200, {
    '@odata.context': context(call, `${name}/$entity`),
    ...renderObject(object, selection.names),
  })
}

function setName(kind: Kind, select: string | undefined): string {
  return select === undefined ? sets[kind] : `${sets[kind]}(${select})`
}
