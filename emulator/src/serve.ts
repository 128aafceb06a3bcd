import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { answerControl } from './control/answer-control.ts'
import { answerLogin } from './entra/answer-login.ts'
import { answerGraph, withGraphHeaders } from './graph/answer.ts'
import { answerBatch } from './graph/batch.ts'
import { checkToken } from './graph/check-token.ts'
import { GraphError } from './graph/graph-error.ts'
import { answerUserInfo } from './graph/user-info.ts'
import { type Json, type Reply, readable } from './http/reply.ts'
import { type Request, readRequest } from './http/request.ts'
import { changeReply, replaceReply } from './trouble/change-reply.ts'
import { deliver } from './trouble/deliver.ts'
import type { Fault } from './trouble/fault.ts'
import type { World } from './world.ts'

/** Answers one request to the control port. */
export async function serveControl(
  world: World,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const reply = await answerControl(world, await readRequest(incoming, 'http'))
  await deliver(reply, outgoing, [])
}

type Side = 'login' | 'graph'
type Answered = { reply: Reply; faults: Fault[]; names: string[] }

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
  const { reply, faults, names } = await answerWithTrouble(world, request, side)
  const isSilent = faults.some(({ kind }) => kind === 'hang' || kind === 'reset')
  finish(isSilent ? undefined : reply, names)
  if (side === 'graph' && world.scenario.latencyMs > 0) await wait(world.scenario.latencyMs)
  await deliver(reply, outgoing, faults)
}

/** The answer with its faults; those on the wire are still to be delivered. */
async function answerWithTrouble(world: World, request: Request, side: Side): Promise<Answered> {
  const picked = world.trouble.pick(request, side)
  const faults = picked.map(({ fault }) => fault)
  const names = picked.map(({ name }) => name)
  const honest = replaceFirst(world, request, faults) ?? (await answer(world, request, side))
  const directories = world.tenants.map(({ directory }) => directory)
  const named = side === 'graph' ? world.sentinels.pick(request, honest, directories) : []
  for (const fault of named) {
    faults.push(fault)
    names.push(`sentinel ${fault.kind}`)
  }
  let reply = named.length > 0 ? (replaceFirst(world, request, named) ?? honest) : honest
  const before = world.lastPages.get(request.path)
  rememberPage(world, request, honest)
  for (const fault of faults) reply = changeReply(fault, reply, request, before)
  return { reply, faults, names }
}

function replaceFirst(world: World, request: Request, faults: readonly Fault[]): Reply | undefined {
  for (const fault of faults) {
    const replaced = replaceReply(fault, request, world.clock.now())
    if (replaced instanceof GraphError) {
      return withGraphHeaders(world, request, () => {
        throw replaced
      })
    }
    if (replaced) return replaced
  }
  return undefined
}

async function answer(world: World, request: Request, side: Side): Promise<Reply> {
  if (side === 'login') return world.push.answer(request) ?? answerLogin(world, request)
  if (request.path === userInfoPath)
    return withGraphHeaders(world, request, () => answerUserInfo(world, request))
  if (!/^\/v1\.0\/\$batch$/i.test(request.path) || request.method !== 'POST')
    return answerGraph(world, request)
  try {
    checkToken(world, request)
    const reply = await answerBatch(
      request,
      { shuffle: world.scenario.shuffleBatch, chance: world.chance },
      (item) => answerBatchItem(world, item),
    )
    return withGraphHeaders(world, request, () => reply)
  } catch (error) {
    return withGraphHeaders(world, request, () => {
      throw error
    })
  }
}

/** An item is logged and can be struck like a request of its own, except on the wire. */
async function answerBatchItem(world: World, item: Request): Promise<Reply> {
  const finish = world.log.begin(item, 'graph', true)
  const { reply, names } = await answerWithTrouble(world, item, 'graph')
  finish(reply, names)
  return reply
}

/** Keeps the items of the last page of each path, for the fault `stale-page`. */
function rememberPage(world: World, request: Request, reply: Reply): void {
  const isNeeded = world.trouble.rules.some(({ rule }) => rule.fault.kind === 'stale-page')
  if (!isNeeded) return
  const open = readable(reply)
  if (open.kind !== 'json' || Array.isArray(open.value)) return
  const items = (open.value as { value?: Json }).value
  if (Array.isArray(items)) world.lastPages.set(request.path, items)
}

const userInfoPath = '/oidc/userinfo'

function isGraphPath(path: string): boolean {
  return path === userInfoPath || /^\/(v1\.0|beta)(\/|$)/i.test(path)
}
