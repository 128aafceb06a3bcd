import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerLogin } from './entra/answer-login.ts'
import { answerGraph } from './graph/answer.ts'
import { type Reply, toBytes } from './http/reply.ts'
import { type Request, readRequest } from './http/request.ts'
import type { World } from './world.ts'

/** Answers one request to the emulated hosts: Graph below a version, everything else is login. */
export async function serve(
  world: World,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  scheme: string,
): Promise<void> {
  const request = await readRequest(incoming, scheme)
  const side = isGraphPath(request.path) ? 'graph' : 'login'
  const finish = world.log.begin(request, side)
  const reply = await answer(world, request, side)
  finish(reply, [])
  outgoing.writeHead(reply.status, reply.headers).end(toBytes(reply))
}

async function answer(world: World, request: Request, side: 'login' | 'graph'): Promise<Reply> {
  return side === 'graph' ? answerGraph(world, request) : await answerLogin(world, request)
}

function isGraphPath(path: string): boolean {
  return /^\/(v1\.0|beta)(\/|$)/i.test(path)
}
