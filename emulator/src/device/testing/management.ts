import type { Received, Scripted } from './scripted-server.ts'

/** What a test says in place of a good answer. */
export type Reply = {
  /** Commands as XML, without their Status elements. */
  readonly commands?: string
  readonly isFinal?: boolean
  /** Status of the header, with a challenge for credentials. */
  readonly header?: { readonly status: number; readonly nonce?: string }
  /** Changes the finished message. */
  readonly change?: (good: string) => string
  readonly answer?: (good: Scripted) => Scripted
}

const syncml = { 'content-type': 'application/vnd.syncml.dm+xml' }

/** The elements of a message that get a status, and those of its header. */
export function readRequest(body: string) {
  const one = (pattern: RegExp) => pattern.exec(body)?.[1] ?? ''
  return {
    sessionId: one(/<SessionID>(.*?)</),
    msgId: one(/<MsgID>(.*?)</),
    target: one(/<Target><LocURI>(.*?)</),
    source: one(/<Source><LocURI>(.*?)</),
    commands: [...body.matchAll(/<(Alert|Replace|Results)><CmdID>(\d+)</g)].map(
      ([, name = '', id = '']) => ({ name, id }),
    ),
    statuses: [
      ...body.matchAll(
        /<CmdRef>(\d*)<\/CmdRef><Cmd>(\w+)<\/Cmd>.*?<Data(?: [^>]*)?>(\d+)<\/Data><\/Status>/g,
      ),
    ].map(([, ref, name, data]) => `${name} ${ref}: ${data}`),
  }
}

/**
 * A management server that follows a script: the n-th reply of a session answers its n-th message;
 * after the last, nothing but statuses.
 */
export function manageBy(
  ...replies: readonly (string | Reply | ((body: string) => string | Reply))[]
): (received: Received) => Scripted {
  const turns = new Map<string, number>()
  return ({ body }) => {
    const request = readRequest(body)
    const turn = request.msgId === '1' ? 0 : (turns.get(request.sessionId) ?? 0)
    turns.set(request.sessionId, turn + 1)
    const scripted = replies[turn] ?? ''
    const said = typeof scripted === 'function' ? scripted(body) : scripted
    const reply: Reply = typeof said === 'string' ? { commands: said } : said
    const good = { status: 200, headers: syncml, body: writeReply(request, turn + 1, reply) }
    return reply.answer?.(good) ?? good
  }
}

function writeReply(
  request: ReturnType<typeof readRequest>,
  msgId: number,
  { commands = '', isFinal = true, header = { status: 200 }, change }: Reply,
): string {
  const challenge =
    header.nonce === undefined
      ? ''
      : `<Chal><Meta>${meta('Format', 'b64')}${meta('Type', 'syncml:auth-md5')}${meta('NextNonce', header.nonce)}</Meta></Chal>`
  const refused = header.status >= 400
  let id = 1
  const status = (ref: string, name: string, data: number | string, before = '') =>
    `<Status><CmdID>${id++}</CmdID><MsgRef>${request.msgId}</MsgRef><CmdRef>${ref}</CmdRef><Cmd>${name}</Cmd>${before}<Data>${data}</Data></Status>`
  const statuses = [
    status('0', 'SyncHdr', header.status, challenge),
    ...(refused ? [] : request.commands.map(({ id: ref, name }) => status(ref, name, 200))),
  ]
  const good = `<?xml version="1.0" encoding="UTF-8"?><SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>${request.sessionId}</SessionID><MsgID>${msgId}</MsgID><Target><LocURI>${request.source}</LocURI></Target><Source><LocURI>${request.target}</LocURI></Source></SyncHdr><SyncBody>${statuses.join('')}${commands}${isFinal ? '<Final/>' : ''}</SyncBody></SyncML>`
  return change?.(good) ?? good
}

export function meta(name: string, value: string): string {
  return `<${name} xmlns="syncml:metinf">${value}</${name}>`
}

/** A command with one item; CmdIDs of tests begin with 100, behind the statuses. */
export function command(
  name: string,
  id: number,
  uri: string,
  value?: { readonly data: string; readonly format?: string },
): string {
  const kind = value?.format === undefined ? '' : `<Meta>${meta('Format', value.format)}</Meta>`
  const data = value === undefined ? '' : `<Data>${value.data}</Data>`
  return `<${name}><CmdID>${id}</CmdID><Item><Target><LocURI>${uri}</LocURI></Target>${kind}${data}</Item></${name}>`
}
