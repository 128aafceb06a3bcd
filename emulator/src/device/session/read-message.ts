import { noteCmdId, readCommand } from './read-server-command.ts'
import type { Command, ServerMessage, ServerStatus } from './server-message.ts'
import type { Report } from './violation.ts'
import { find, isInOrder, readSyncmlXml, textOf, type XmlElement, XmlError } from './xml.ts'

/** What the device knows of the exchange that a message answers. */
export type Exchange = {
  readonly sessionId: string
  /** MsgID of the device's own message. */
  readonly msgId: number
  /** Which message of the server this is. */
  readonly serverMsgId: number
  readonly deviceId: string
  readonly address: string
  /** The device's own commands in that message, by CmdID: what the server may give a status to. */
  readonly sent: ReadonlyMap<string, string>
}

const namespace = 'SYNCML:SYNCML1.2'
const headerOrder = [
  'VerDTD',
  'VerProto',
  'SessionID',
  'MsgID',
  'Target',
  'Source',
  'RespURI',
  'NoResp',
  'Cred',
  'Meta',
]
const statusOrder = [
  'CmdID',
  'MsgRef',
  'CmdRef',
  'Cmd',
  'TargetRef',
  'SourceRef',
  'Cred',
  'Chal',
  'Data',
  'Item',
]

/**
 * Reads a message of the server as strictly as Windows does.
 *
 * @returns undefined when Windows would stop here; the reason is a violation
 * @see OMA-TS-DM_RepPro-V1_2 §6; [MS-MDM] 2.2
 */
export function readMessage(
  text: string,
  exchange: Exchange,
  report: Report,
): ServerMessage | undefined {
  const root = readRoot(text, report)
  if (!root) return undefined
  const [syncHdr, syncBody, ...more] = root.children
  if (
    root.name !== 'SyncML' ||
    syncHdr?.name !== 'SyncHdr' ||
    syncBody?.name !== 'SyncBody' ||
    more.length > 0
  ) {
    report('envelope', `${root.name} of ${root.children.map(({ name }) => name).join(', ')}`)
    return undefined
  }
  // 1.1 stands in old samples; a server of today writes 1.2, and Windows reads both.
  if (root.namespace !== namespace) report('envelope', `the namespace ${root.namespace}`)
  const header = readHeader(syncHdr, exchange, report)
  if (!header) return undefined
  const body = readBody(syncBody, report)
  judgeStatuses(body.statuses, exchange, report)
  return { header, ...body }
}

function readRoot(text: string, report: Report): XmlElement | undefined {
  try {
    return readSyncmlXml(text)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    report('notXml', error.message)
    return undefined
  }
}

function readHeader(
  syncHdr: XmlElement,
  exchange: Exchange,
  report: Report,
): ServerMessage['header'] | undefined {
  const text = (name: string) => textOf(syncHdr, name)
  if (!isInOrder(syncHdr, headerOrder)) {
    report('elementOrder', `SyncHdr of ${syncHdr.children.map(({ name }) => name).join(', ')}`)
    return undefined
  }
  if (text('VerDTD') !== '1.2' || text('VerProto') !== 'DM/1.2') {
    report('header', `version ${text('VerDTD')}, ${text('VerProto')}`)
    return undefined
  }
  const [sessionId, msgId] = [text('SessionID') ?? '', text('MsgID') ?? '']
  if (sessionId !== exchange.sessionId) {
    report('sessionId', `SessionID ${sessionId} in session ${exchange.sessionId}`)
    return undefined
  }
  if (msgId !== String(exchange.serverMsgId))
    report('msgId', `MsgID ${msgId} where ${exchange.serverMsgId} was due`)
  const target = textOf(find(syncHdr, 'Target'), 'LocURI') ?? ''
  const source = textOf(find(syncHdr, 'Source'), 'LocURI') ?? ''
  const isForUs = target === exchange.deviceId && source === exchange.address
  if (!isForUs) report('sourceTarget', `from ${source} to ${target}`)
  return { sessionId, msgId, target, source, refusal: isForUs ? undefined : 404 }
}

function readBody(syncBody: XmlElement, report: Report) {
  const statuses: ServerStatus[] = []
  const commands: Command[] = []
  const seen = new Set<string>()
  let isFinal = false
  for (const element of syncBody.children) {
    if (isFinal) report('elementOrder', `${element.name} behind Final`)
    if (element.name === 'Final') {
      isFinal = true
      continue
    }
    if (element.name !== 'Status') {
      commands.push(readCommand(element, seen, report))
      continue
    }
    if (commands.length > 0) report('statusOrder', 'a Status behind a command')
    statuses.push(readStatus(element, seen, report))
  }
  return { statuses, commands, isFinal }
}

function readStatus(element: XmlElement, seen: Set<string>, report: Report): ServerStatus {
  const text = (name: string) => textOf(element, name) ?? ''
  const cmdId = text('CmdID')
  if (!isInOrder(element, statusOrder))
    report('elementOrder', `Status of ${element.children.map(({ name }) => name).join(', ')}`)
  noteCmdId(cmdId, 'Status', seen, report)
  const meta = find(find(element, 'Chal'), 'Meta')
  return {
    msgRef: text('MsgRef'),
    cmdRef: text('CmdRef'),
    command: text('Cmd'),
    data: text('Data'),
    challenge: meta && {
      type: textOf(meta, 'Type') ?? '',
      nonce: textOf(meta, 'NextNonce'),
    },
  }
}

/** The header's status comes first, the others in the order of what they answer. */
function judgeStatuses(statuses: readonly ServerStatus[], exchange: Exchange, report: Report) {
  const [first] = statuses
  if (first?.cmdRef !== '0' || first.command !== 'SyncHdr')
    report('statusMissing', 'the first element is not the Status of the header')
  let last = -1
  for (const { msgRef, cmdRef, command } of statuses) {
    if (msgRef !== String(exchange.msgId)) {
      report('msgRef', `a Status for message ${msgRef}, not ${exchange.msgId}`)
      continue
    }
    const sent = cmdRef === '0' ? 'SyncHdr' : exchange.sent.get(cmdRef)
    if (sent !== command) report('cmdRef', `a Status for ${command} ${cmdRef}: sent was ${sent}`)
    if (Number(cmdRef) <= last) report('statusOrder', `CmdRef ${cmdRef} behind ${last}`)
    last = Number(cmdRef)
  }
}
