import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { type Reply, toBytes } from '../http/reply.ts'
import type { Fault } from './fault.ts'

/** Writes an answer, with the faults that happen on the wire. */
export async function deliver(
  reply: Reply,
  outgoing: ServerResponse,
  faults: readonly Fault[],
): Promise<void> {
  let bytes = toBytes(reply)
  let headers: Record<string, string | number> = { ...reply.headers }
  let isWritten = false
  for (const fault of faults) {
    switch (fault.kind) {
      case 'delay':
        await wait(fault.ms)
        break
      case 'hang':
        return // the connection stays open and silent until the client gives up
      case 'reset':
        if (fault.when === 'midway')
          await writePart(outgoing, reply, headers, bytes, bytes.length >> 1)
        outgoing.socket?.resetAndDestroy()
        return
      case 'truncate':
        await writePart(outgoing, reply, headers, bytes, fault.keepBytes ?? bytes.length >> 1)
        outgoing.socket?.destroySoon()
        return
      case 'gzip-bomb':
        bytes = gzipSync(Buffer.alloc(fault.sizeBytes, 0x20))
        headers = { ...headers, 'content-encoding': 'gzip' }
        break
      case 'drip':
        await drip(outgoing, reply, headers, bytes, fault)
        isWritten = true
        break
      default:
        break
    }
  }
  if (!isWritten) outgoing.writeHead(reply.status, withLength(reply, headers, bytes)).end(bytes)
}

/** Promises the whole body and writes a part of it. */
async function writePart(
  outgoing: ServerResponse,
  reply: Reply,
  headers: Record<string, string | number>,
  bytes: Buffer,
  length: number,
): Promise<void> {
  outgoing.writeHead(reply.status, withLength(reply, headers, bytes))
  await new Promise<void>((resolve) => outgoing.write(bytes.subarray(0, length), () => resolve()))
}

async function drip(
  outgoing: ServerResponse,
  reply: Reply,
  headers: Record<string, string | number>,
  bytes: Buffer,
  fault: { chunkBytes: number; everyMs: number },
): Promise<void> {
  outgoing.writeHead(reply.status, withLength(reply, headers, bytes))
  for (let place = 0; place < bytes.length && !outgoing.destroyed; place += fault.chunkBytes) {
    outgoing.write(bytes.subarray(place, place + fault.chunkBytes))
    await wait(fault.everyMs)
  }
  outgoing.end()
}

function withLength(reply: Reply, headers: Record<string, string | number>, bytes: Buffer) {
  return reply.status === 204 || reply.status === 304
    ? headers
    : { ...headers, 'content-length': bytes.length }
}
