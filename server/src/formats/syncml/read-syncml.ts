import { readXml, type XmlLimits } from '../xml/read-xml.ts'
import {
  attributeOf,
  childOf,
  childrenOf,
  findAt,
  textOf,
  type XmlElement,
  XmlRefused,
} from '../xml/xml-element.ts'
import type { ClientMessage, ClientPart, SyncmlCredentials, SyncmlItem } from './syncml-message.ts'

/** A device that is known may tell a lot at once: its applications, its certificates. */
export const DEVICES: XmlLimits = {
  bytes: 4 * 1024 * 1024,
  depth: 32,
  elements: 100_000,
  attributesPerElement: 16,
  characters: 4 * 1024 * 1024,
}

const NUMBER = /^\d{1,9}$/
const SESSION_ID = /^[0-9A-Fa-f]{1,8}$/

/**
 * Reads a message of a device: SyncML 1.1 and 1.2, by local name in whatever order.
 *
 * @throws {XmlRefused} `missing` when it is no such message or lacks what it cannot be without.
 * @see windows-mdm.md 5.2
 */
export function readSyncml(bytes: Uint8Array, limits: XmlLimits = DEVICES): ClientMessage {
  const root = readXml(bytes, limits)
  const header = root.name === 'SyncML' ? childOf(root, 'SyncHdr') : undefined
  const body = childOf(root, 'SyncBody')
  if (!header || !body) throw new XmlRefused('missing', 'No SyncML message')
  const sessionId = demand(header, 'SessionID')
  if (!SESSION_ID.test(sessionId)) throw new XmlRefused('missing', 'No number of a session')
  return {
    sessionId,
    messageId: numberOf(header, 'MsgID'),
    target: locationOf(header, 'Target') ?? '',
    source: locationOf(header, 'Source') ?? missing('Source'),
    credentials: readCredentials(childOf(header, 'Cred')),
    maxMessageSize: optionalNumber(textOf(findAt(header, 'Meta', 'MaxMsgSize'))),
    parts: body.children.flatMap((child) => (child.name === 'Final' ? [] : [readPart(child)])),
    isFinal: childOf(body, 'Final') !== undefined,
  }
}

function readPart(element: XmlElement): ClientPart {
  const commandId = demand(element, 'CmdID')
  switch (element.name) {
    case 'Status':
      return {
        kind: 'status',
        commandId,
        messageRef: demand(element, 'MsgRef'),
        commandRef: demand(element, 'CmdRef'),
        command: textOf(childOf(element, 'Cmd')) ?? '',
        code: numberOf(element, 'Data'),
        originalError: attributeOf(childOf(element, 'Data'), 'originalerror'),
        items: itemsOf(element),
      }
    case 'Results':
      return {
        kind: 'results',
        commandId,
        messageRef: textOf(childOf(element, 'MsgRef')),
        commandRef: demand(element, 'CmdRef'),
        items: itemsOf(element),
      }
    case 'Alert':
      return {
        kind: 'alert',
        commandId,
        code: numberOf(element, 'Data'),
        items: itemsOf(element),
      }
    case 'Replace':
      return { kind: 'replace', commandId, items: itemsOf(element) }
    default:
      return { kind: 'other', commandId, name: element.name }
  }
}

/** What the type and format of a whole command are, holds for those of its items that have none. */
function itemsOf(command: XmlElement): SyncmlItem[] {
  const common = childOf(command, 'Meta')
  return childrenOf(command, 'Item').map((item) => {
    const meta = childOf(item, 'Meta')
    const metaText = (name: string) => textOf(childOf(meta, name)) ?? textOf(childOf(common, name))
    return {
      source: locationOf(item, 'Source'),
      target: locationOf(item, 'Target'),
      format: metaText('Format'),
      type: metaText('Type'),
      size: optionalNumber(metaText('Size')),
      data: childOf(item, 'Data')?.text,
      hasMore: childOf(item, 'MoreData') !== undefined,
    }
  })
}

function readCredentials(element: XmlElement | undefined): SyncmlCredentials | undefined {
  if (!element) return undefined
  return {
    type: textOf(findAt(element, 'Meta', 'Type')),
    format: textOf(findAt(element, 'Meta', 'Format')),
    data: textOf(childOf(element, 'Data')) ?? '',
  }
}

const locationOf = (element: XmlElement, name: string) =>
  textOf(childOf(childOf(element, name), 'LocURI'))

function demand(element: XmlElement, name: string): string {
  return textOf(childOf(element, name)) ?? missing(name)
}

function numberOf(element: XmlElement, name: string): number {
  const text = demand(element, name)
  return NUMBER.test(text) ? Number(text) : missing(name)
}

const optionalNumber = (text: string | undefined) =>
  text !== undefined && NUMBER.test(text) ? Number(text) : undefined

function missing(name: string): never {
  throw new XmlRefused('missing', `No usable ${name}`)
}
