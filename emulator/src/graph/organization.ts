import type { Json, Reply } from '../http/reply.ts'
import { context, type GraphCall, graphReply, option } from './call.ts'
import { resourceUnknown } from './graph-error.ts'
import { isCollection } from './properties.ts'
import { readSelect } from './select.ts'

/** `GET /organization`: a collection with the one tenant in it. */
export function answerOrganizations(call: GraphCall): Reply {
  const selection = readSelect('organization', option(call, 'select'))
  const name = selection.text === undefined ? 'organization' : `organization(${selection.text})`
  return graphReply(200, {
    '@odata.context': context(call, name),
    value: [render(call, selection.names)],
  })
}

/** `GET /organization/{id}` */
export function answerOrganization(call: GraphCall, id: string): Reply {
  if (id.toLowerCase() !== call.caller.tenant.id) throw resourceUnknown(id)
  const selection = readSelect('organization', option(call, 'select'), true)
  return graphReply(200, {
    '@odata.context': context(call, 'organization/$entity'),
    ...render(call, selection.names),
  })
}

function render(call: GraphCall, names: readonly string[]): Record<string, Json> {
  const { tenant } = call.caller
  const known: Record<string, Json> = {
    id: tenant.id,
    displayName: tenant.displayName,
    createdDateTime: `${tenant.createdAt.toISOString().slice(0, 19)}Z`,
    tenantType: 'AAD',
    countryLetterCode: 'DE',
    preferredLanguage: 'de',
    technicalNotificationMails: [`it@${tenant.domain}`],
    verifiedDomains: [
      {
        name: tenant.initialDomain,
        type: 'Managed',
        capabilities: 'Email',
        isDefault: false,
        isInitial: true,
      },
      {
        name: tenant.domain,
        type: 'Managed',
        capabilities: 'Email',
        isDefault: true,
        isInitial: false,
      },
    ],
  }
  return Object.fromEntries(
    names.map((name) => [name, known[name] ?? (isCollection('organization', name) ? [] : null)]),
  )
}
