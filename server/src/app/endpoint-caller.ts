import type { AuditEvent } from '@mooring/contract/audit'
import { type Endpoint, type EndpointName, endpoints } from '@mooring/contract/endpoints'
import type { Role } from '@mooring/contract/permissions'
import { asToken, type testApi } from './testing.ts'

/** What a test asks of an endpoint. */
export type EndpointCall = {
  /** What stands for the `{names}` of the path, in their order behind the organization. */
  readonly names?: readonly string[]
  readonly org?: string
  readonly query?: string
  readonly body?: object
  readonly headers?: Record<string, string>
}

/** For tests that call endpoints by their names: with a new token of a role, unless headers are given. */
export function endpointCaller({ app, parts }: Pick<ReturnType<typeof testApi>, 'app' | 'parts'>) {
  async function send(name: EndpointName, given: EndpointCall, role: Role = 'owner') {
    const { method, path }: Endpoint = endpoints[name]
    const names = [...(given.names ?? [])]
    const filled = path.replace('{org}', given.org ?? 'default').replace(/\{\w+\}/g, () => {
      return names.shift() ?? 'missing'
    })
    const headers = given.headers ?? (await asToken(parts, role))
    return await app.inject({
      method,
      url: `/api/v1${filled}${given.query ? `?${given.query}` : ''}`,
      headers,
      ...(given.body ? { payload: given.body } : {}),
    })
  }

  return {
    send,
    /** A call that must succeed. @returns its answer. */
    async done(name: EndpointName, given: EndpointCall) {
      const answer = await send(name, given)
      const { status } = endpoints[name]
      if (answer.statusCode !== status) throw new Error(`${name}: ${answer.body}`)
      return answer.body ? answer.json() : undefined
    },
    /** The audit log of the home organization, newest first. */
    async listEvents(query = '', headers?: Record<string, string>) {
      const answer = await send('listAuditEvents', { query, ...(headers ? { headers } : {}) })
      if (answer.statusCode !== 200) throw new Error(answer.body)
      return answer.json() as { items: AuditEvent[]; nextCursor: string | null }
    },
  }
}
