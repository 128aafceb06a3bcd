import { readXml, type XmlLimits } from '../xml/read-xml.ts'
import { childOf, findAt, textOf, type XmlElement, XmlRefused } from '../xml/xml-element.ts'

/** A SOAP message taken apart, of whichever version: some clients' samples say 1.1. */
export type Envelope = {
  readonly action: string | undefined
  /** Constant in practice: it is echoed, and tells nothing apart. */
  readonly messageId: string | undefined
  readonly security: XmlElement | undefined
  /** The one element within the body. */
  readonly body: XmlElement
}

/**
 * Reads a SOAP message. Elements may come in any order and under any prefix.
 *
 * @throws {XmlRefused} also `missing` when there is no envelope, body or content of it.
 */
export function readEnvelope(bytes: Uint8Array, limits: XmlLimits): Envelope {
  const root = readXml(bytes, limits)
  if (root.name !== 'Envelope') throw new XmlRefused('missing', 'No envelope')
  const header = childOf(root, 'Header')
  const body = childOf(root, 'Body')
  const [content, more] = body?.children ?? []
  if (!content) throw new XmlRefused('missing', 'Nothing in the body')
  if (more) throw new XmlRefused('duplicate', 'More than one element in the body')
  return {
    action: textOf(childOf(header, 'Action')),
    messageId: textOf(childOf(header, 'MessageID')),
    security: header && findAt(header, 'Security'),
    body: content,
  }
}
