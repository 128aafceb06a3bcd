import type { PendingAlert } from '../csp/machine.ts'

/** What the device says in a message, besides its header. */
export type Part =
  | {
      readonly kind: 'status'
      readonly msgRef: string
      readonly cmdRef: string
      readonly command: string
      readonly targetRef?: string | undefined
      readonly status: number
      readonly originalError?: string | undefined
    }
  | {
      readonly kind: 'results'
      readonly msgRef: string
      readonly cmdRef: string
      readonly items: readonly ResultItem[]
    }
  | { readonly kind: 'alert'; readonly code: number; readonly item?: PendingAlert }
  | { readonly kind: 'replace'; readonly items: readonly ResultItem[] }

export type ResultItem = {
  readonly source: string
  readonly format: string
  readonly data: string | undefined
  /** Of a value that goes in pieces: the whole length, with the first piece. */
  readonly size?: number
  readonly isContinued?: boolean
  readonly hasMore?: boolean
}

export type ClientHeader = {
  readonly sessionId: string
  readonly msgId: number
  readonly target: string
  readonly source: string
  /** `Cred` as XML. */
  readonly credentials: string
  readonly maxMsgSize: number | undefined
  readonly maxObjSize: number | undefined
}

export type WrittenMessage = {
  readonly text: string
  /** What the server may give a status to, by CmdID. */
  readonly sent: ReadonlyMap<string, string>
  /** What did not fit; the message then has no Final. */
  readonly rest: readonly Part[]
}

/**
 * Writes as much as fits. A value that is longer than a message goes in pieces, each asked for by the
 * server.
 *
 * @see OMA-TS-DM_Protocol-V1_2 §7 Large objects; [MS-MDM] 2.2
 */
export function writeMessage(
  header: ClientHeader,
  parts: readonly Part[],
  longest: number,
): WrittenMessage {
  const sent = new Map<string, string>()
  const pieces: string[] = []
  const rest = [...parts]
  // As recorded: the first message of a session begins to count its commands with 2.
  let cmdId = header.msgId === 1 ? 2 : 1
  let room = longest - headroom
  for (let part = rest.shift(); part; part = rest.shift()) {
    const text = writePart(part, cmdId)
    const length = Buffer.byteLength(text)
    if (length > room) {
      const [now, later = [part]] = split(part, room)
      if (now) {
        sent.set(String(cmdId), nameOf(now))
        pieces.push(writePart(now, cmdId))
      }
      rest.unshift(...later)
      // Something must go, even if it is too long.
      if (pieces.length > 0) break
      rest.shift()
    }
    if (part.kind !== 'status') sent.set(String(cmdId), nameOf(part))
    pieces.push(text)
    room -= length
    cmdId++
  }
  const final = rest.length === 0 ? '<Final/>' : ''
  const text = `<SyncML xmlns="SYNCML:SYNCML1.2" xmlns:msft="http://schemas.microsoft.com/MobileDevice/MDM">${writeHeader(header)}<SyncBody>${pieces.join('')}${final}</SyncBody></SyncML>`
  return { text, sent, rest }
}

const headroom = 1_500
const smallestPiece = 200

/** Takes as much of a long result as there is room for. Nothing when it is not worth it. */
function split(part: Part, room: number): [Part, Part[]] | [] {
  if (part.kind !== 'results') return []
  const [item, ...more] = part.items
  if (!item) return []
  // Several items: each in a Results of its own.
  if (more.length > 0) {
    const alone = (each: ResultItem): Part => ({ ...part, items: [each] })
    return [alone(item), more.map(alone)]
  }
  const space = room - 400 - item.source.length
  const data = item.data ?? ''
  if (space < smallestPiece) return []
  let length = Math.min(space, data.length)
  while (Buffer.byteLength(escapeXml(data.slice(0, length))) > space)
    length = Math.floor(length * 0.8)
  if (/[\uD800-\uDBFF]$/.test(data.slice(0, length))) length--
  const size = item.isContinued ? {} : { size: Buffer.byteLength(data) }
  const piece: ResultItem = { ...item, ...size, data: data.slice(0, length), hasMore: true }
  const later: ResultItem = { ...item, data: data.slice(length), isContinued: true }
  return [{ ...part, items: [piece] }, [{ ...part, items: [later] }]]
}

function nameOf(part: Part): string {
  const names = {
    status: 'Status',
    results: 'Results',
    alert: 'Alert',
    replace: 'Replace',
  } as const
  return names[part.kind]
}

function writeHeader(header: ClientHeader): string {
  const { maxMsgSize, maxObjSize } = header
  const meta = [
    maxMsgSize === undefined ? '' : metinf('MaxMsgSize', maxMsgSize),
    maxObjSize === undefined ? '' : metinf('MaxObjSize', maxObjSize),
  ].join('')
  return `<SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>${header.sessionId}</SessionID><MsgID>${header.msgId}</MsgID><Target><LocURI>${escapeXml(header.target)}</LocURI></Target><Source><LocURI>${escapeXml(header.source)}</LocURI></Source>${header.credentials}${meta === '' ? '' : `<Meta>${meta}</Meta>`}</SyncHdr>`
}

export function metinf(name: string, value: string | number): string {
  return `<${name} xmlns="syncml:metinf">${escapeXml(String(value))}</${name}>`
}

function writePart(part: Part, cmdId: number): string {
  switch (part.kind) {
    case 'status': {
      const error = part.originalError ? ` msft:originalerror="${part.originalError}"` : ''
      const target = part.targetRef ? `<TargetRef>${escapeXml(part.targetRef)}</TargetRef>` : ''
      return `<Status><CmdID>${cmdId}</CmdID><MsgRef>${part.msgRef}</MsgRef><CmdRef>${escapeXml(part.cmdRef)}</CmdRef><Cmd>${escapeXml(part.command)}</Cmd>${target}<Data${error}>${part.status}</Data></Status>`
    }
    case 'results':
      return `<Results><CmdID>${cmdId}</CmdID><MsgRef>${part.msgRef}</MsgRef><CmdRef>${escapeXml(part.cmdRef)}</CmdRef>${part.items.map(writeItem).join('')}</Results>`
    case 'alert':
      return `<Alert><CmdID>${cmdId}</CmdID><Data>${part.code}</Data>${part.item ? writeAlertItem(part.item) : ''}</Alert>`
    case 'replace':
      return `<Replace><CmdID>${cmdId}</CmdID>${part.items.map(writeItem).join('')}</Replace>`
  }
}

function writeItem({ source, format, data, size, hasMore }: ResultItem): string {
  const meta = [
    format === 'chr' ? '' : metinf('Format', format),
    size === undefined ? '' : metinf('Size', size),
  ].join('')
  return `<Item><Source><LocURI>${escapeXml(source)}</LocURI></Source>${meta === '' ? '' : `<Meta>${meta}</Meta>`}${data === undefined ? '' : `<Data>${escapeXml(data)}</Data>`}${hasMore ? '<MoreData/>' : ''}</Item>`
}

function writeAlertItem({ type, source, format, data }: PendingAlert): string {
  const from = source === undefined ? '' : `<Source><LocURI>${escapeXml(source)}</LocURI></Source>`
  const kind = format === undefined ? '' : metinf('Format', format)
  return `<Item>${from}<Meta>${metinf('Type', type)}${kind}</Meta><Data>${escapeXml(data)}</Data></Item>`
}

const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escapeXml(text: string): string {
  return /[&<>]/.test(text) ? text.replace(/[&<>]/g, (sign) => special[sign] ?? sign) : text
}
