import { DirectoryError } from '../directory/directory.ts'
import type { Json, JsonObject } from '../http/reply.ts'
import { json, type Reply } from '../http/reply.ts'
import { decodeText, type Request } from '../http/request.ts'
import type { World } from '../world.ts'
import { ControlError, type Operation } from './operation.ts'
import { operations } from './operations.ts'

/** Answers one request to the control port: JSON in, JSON out, `{"error"}` when it cannot be. */
export async function answerControl(world: World, request: Request): Promise<Reply> {
  try {
    const { operation, values } = findOperation(request)
    const tenant = request.params.get('tenant') === 'other' ? world.tenants[1] : world.tenants[0]
    if (!tenant) throw new ControlError(404, 'no such tenant')
    const result = await operation.run({
      world,
      directory: tenant.directory,
      values,
      params: request.params,
      body: readBody(request),
    })
    return result === undefined
      ? { kind: 'empty', status: 204, headers: {} }
      : json(200, toJson(result))
  } catch (error) {
    return json(statusOf(error), { error: error instanceof Error ? error.message : String(error) })
  }
}

function findOperation(request: Request): { operation: Operation; values: string[] } {
  for (const operation of operations) {
    if (operation.method !== request.method) continue
    const pattern = new RegExp(`^${operation.path.replace(/\{\w+\}/g, '([^/]+)')}$`)
    const found = pattern.exec(decodeText(request.path))
    if (found) return { operation, values: found.slice(1) }
  }
  throw new ControlError(404, `no operation ${request.method} ${request.path}; GET / lists them`)
}

function readBody(request: Request): unknown {
  if (request.body === '') return undefined
  try {
    return JSON.parse(request.body)
  } catch {
    throw new ControlError(400, 'the body is not JSON')
  }
}

function statusOf(error: unknown): number {
  if (error instanceof ControlError) return error.status
  if (error instanceof DirectoryError) return error.code === 'NOT_FOUND' ? 404 : 409
  return 400
}

/** Plain JSON: sets become arrays, dates become text, a bare value is wrapped. */
function toJson(result: unknown): JsonObject | readonly Json[] {
  const plain: Json = JSON.parse(
    JSON.stringify(result, (_, value) => (value instanceof Set ? [...value] : value)),
  )
  return typeof plain === 'object' && plain !== null
    ? (plain as JsonObject | readonly Json[])
    : { result: plain }
}
