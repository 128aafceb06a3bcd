import { json, type Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import type { Graph } from './call.ts'
import { checkToken } from './check-token.ts'
import { accessDenied, notAllowed, resourceUnknown } from './graph-error.ts'

/**
 * `GET` and `POST /oidc/userinfo`: a person's token only.
 *
 * @throws GraphError 401 for a bad token, 403 for a token without the scope openid
 * @see Entra "Microsoft identity platform UserInfo endpoint"
 */
export function answerUserInfo(graph: Graph, request: Request): Reply {
  if (request.method !== 'GET' && request.method !== 'POST') throw notAllowed()
  const { tenant, person } = checkToken(graph, request)
  if (!person?.scopes.has('openid')) throw accessDenied()
  const user = tenant.directory.find(person.id)
  if (user?.kind !== 'user' || user.state !== 'live') throw resourceUnknown(person.id)
  const { displayName, givenName, surname, mail } = user.record
  return json(200, {
    sub: person.subject,
    ...(person.scopes.has('profile')
      ? {
          name: displayName ?? '',
          ...(surname == null ? {} : { family_name: surname }),
          ...(givenName == null ? {} : { given_name: givenName }),
          picture: 'https://graph.microsoft.com/v1.0/me/photo/$value',
        }
      : {}),
    ...(person.scopes.has('email') && mail != null ? { email: mail } : {}),
  })
}
