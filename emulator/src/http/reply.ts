/** A JSON value as it goes over the wire. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

/** An answer before it is written: faults can still change it. */
export type Reply =
  | {
      kind: 'json'
      status: number
      headers: Record<string, string>
      value: JsonObject | readonly Json[]
    }
  /** JSON that is written already: large pages, which nobody looks into again. */
  | { kind: 'written'; status: number; headers: Record<string, string>; bytes: Buffer }
  | { kind: 'text'; status: number; headers: Record<string, string>; text: string }
  | { kind: 'empty'; status: number; headers: Record<string, string> }

/** Content type of Graph's JSON answers, as in the published $batch example. */
export const graphJson =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'

export function json(
  status: number,
  value: JsonObject | readonly Json[],
  headers: Record<string, string> = {},
): Reply {
  return {
    kind: 'json',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    value,
  }
}

export function html(status: number, text: string, headers: Record<string, string> = {}): Reply {
  return {
    kind: 'text',
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    text,
  }
}

export function redirect(location: string): Reply {
  return { kind: 'empty', status: 302, headers: { location, 'cache-control': 'no-store' } }
}

/** The same answer with its JSON as a value, for those who look into it or change it. */
export function readable(reply: Reply): Reply {
  if (reply.kind !== 'written') return reply
  return { ...reply, kind: 'json', value: JSON.parse(reply.bytes.toString('utf8')) }
}

/** The bytes of an answer's body. */
export function toBytes(reply: Reply): Buffer {
  switch (reply.kind) {
    case 'json':
      return Buffer.from(JSON.stringify(reply.value))
    case 'written':
      return reply.bytes
    case 'text':
      return Buffer.from(reply.text)
    case 'empty':
      return Buffer.alloc(0)
  }
}
