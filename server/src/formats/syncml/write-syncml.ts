import { node, writeXml, type XmlNode } from '../xml/write-xml.ts'
import type { Operation, ServerCommand, ServerMessage, ServerStatus } from './syncml-message.ts'

const SYNCML = 'SYNCML:SYNCML1.2'
const METINF = 'syncml:metinf'

/** Writes a message in the order of the DTD, each child of Meta with its namespace. @see windows-mdm.md 5.2 */
export function writeSyncml(message: ServerMessage): string {
  const { sessionId, messageId, target, source, statuses, commands } = message
  return writeXml(
    node('SyncML', { xmlns: SYNCML }, [
      node('SyncHdr', {}, [
        node('VerDTD', {}, '1.2'),
        node('VerProto', {}, 'DM/1.2'),
        node('SessionID', {}, sessionId),
        node('MsgID', {}, String(messageId)),
        location('Target', target),
        location('Source', source),
      ]),
      node('SyncBody', {}, [
        ...statuses.map(writeStatus),
        ...commands.map(writeCommand),
        node('Final'),
      ]),
    ]),
  )
}

/** How many bytes a command takes in a message. */
export const sizeOfCommand = (command: ServerCommand): number =>
  Buffer.byteLength(writeXml(writeCommand(command)))

function writeStatus(status: ServerStatus): XmlNode {
  const { challenge } = status
  return node('Status', {}, [
    node('CmdID', {}, String(status.commandId)),
    node('MsgRef', {}, String(status.messageRef)),
    node('CmdRef', {}, status.commandRef),
    node('Cmd', {}, status.command),
    challenge &&
      node('Chal', {}, [
        node('Meta', {}, [
          meta('Format', 'b64'),
          meta('Type', 'syncml:auth-md5'),
          meta('NextNonce', challenge.nonce),
        ]),
      ]),
    node('Data', {}, String(status.code)),
  ])
}

function writeCommand(command: ServerCommand): XmlNode {
  const id = node('CmdID', {}, String(command.commandId))
  switch (command.verb) {
    case 'Atomic':
      return node('Atomic', {}, [id, ...command.commands.map(writeCommand)])
    case 'Alert':
      return node('Alert', {}, [id, node('Data', {}, String(command.code))])
    default:
      return node(command.verb, {}, [id, writeItem(command)])
  }
}

function writeItem({ uri, format, type, data }: Operation): XmlNode {
  const describes = format !== undefined || type !== undefined
  return node('Item', {}, [
    location('Target', uri),
    describes
      ? node('Meta', {}, [
          format === undefined ? undefined : meta('Format', format),
          type === undefined ? undefined : meta('Type', type),
        ])
      : undefined,
    data === undefined ? undefined : node('Data', {}, data),
  ])
}

const meta = (name: string, value: string) => node(name, { xmlns: METINF }, value)
const location = (name: string, uri: string) => node(name, {}, [node('LocURI', {}, uri)])
