import type { Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import type { Graph, GraphCall } from './call.ts'
import { checkToken } from './check-token.ts'
import { findRoute } from './find-route.ts'
import { accessDenied, badRequest, GraphError, toGraphErrorReply } from './graph-error.ts'
import type { GraphRoute } from './routes.ts'

/** Answers one Graph request (not a $batch): token, path, permission, quota, then the operation. */
export async function answerGraph(graph: Graph, request: Request): Promise<Reply> {
  let settled: () => Reply
  try {
    const reply = await answerOperation(graph, request)
    settled = () => reply
  } catch (error) {
    settled = () => {
      throw error
    }
  }
  return withGraphHeaders(graph, request, settled)
}

/** Adds what every Graph answer carries, and turns a refusal into its body. */
export function withGraphHeaders(graph: Graph, request: Request, answer: () => Reply): Reply {
  const requestId = graph.chance.guid()
  const clientRequestId = request.headers['client-request-id'] ?? requestId
  const now = graph.clock.now()
  const common = {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'x-ms-ags-diagnostic': agsDiagnostic,
    'cache-control': 'no-cache',
    date: now.toUTCString(),
  }
  try {
    const reply = answer()
    return { ...reply, headers: { ...reply.headers, ...common } }
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    const reply = toGraphErrorReply(error, { now, requestId, clientRequestId })
    return { ...reply, headers: { ...reply.headers, ...common } }
  }
}

const agsDiagnostic =
  '{"ServerInfo":{"DataCenter":"Germany West Central","Slice":"E","Ring":"4","ScaleUnit":"001","RoleInstance":"FR2PEPF00000001"}}'

async function answerOperation(graph: Graph, request: Request): Promise<Reply> {
  const [, version = '', ...rest] = request.path.split('/')
  if (version.toLowerCase() !== 'v1.0') throw badRequest(`Invalid version: ${version}`)
  const caller = checkToken(graph, request)
  const { route, values } = findRoute(request.method, `/${rest.join('/')}`)
  const call: GraphCall = { graph, request, caller, values }
  const quota = graph.quota.spend({
    appId: caller.appId,
    tenantId: caller.tenant.id,
    users: caller.tenant.directory.handles('user').length,
    cost: costOf(route, request),
    isWrite: route.method !== 'GET',
    enforce: graph.scenario.throttling,
  })
  if (route.roles && !route.roles.some((role) => caller.roles.has(role)))
    throw withHeaders(accessDenied(), quota)
  const reply = await route.answer(call)
  return { ...reply, headers: { ...reply.headers, ...quota } }
}

/** `$select` −1, `$expand` +1, `$top` below 20 −1; never below 1. */
function costOf(route: GraphRoute, request: Request): number {
  const has = (name: string) => new RegExp(`(?:^|&)(?:\\$|%24)?${name}=`, 'i').test(request.query)
  const top = /(?:^|&)(?:\$|%24)?top=(\d+)/i.exec(request.query)
  let cost = route.cost
  if (has('select')) cost--
  if (has('expand')) cost++
  if (top && Number(top[1]) < 20) cost--
  return Math.max(1, cost)
}

function withHeaders(error: GraphError, headers: Record<string, string>): GraphError {
  return new GraphError(error.status, error.code, error.message, {
    headers: { ...headers, ...error.headers },
    inner: error.inner,
  })
}
