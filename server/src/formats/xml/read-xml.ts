import { SaxesParser } from 'saxes'
import { type XmlAttribute, type XmlElement, type XmlRefusal, XmlRefused } from './xml-element.ts'

/** How much a document may have. Whatever is beyond is refused while it is read, not afterwards. */
export type XmlLimits = {
  readonly bytes: number
  readonly depth: number
  readonly elements: number
  readonly attributesPerElement: number
  /** Characters of text, comments and CDATA together. */
  readonly characters: number
}

/** What anybody may send, before it is known who they are. */
export const STRANGERS: XmlLimits = {
  bytes: 256 * 1024,
  depth: 64,
  elements: 20_000,
  attributesPerElement: 32,
  characters: 200 * 1024,
}

/** Limits are looked at between two pieces of this size. */
const PIECE = 16 * 1024

type Open = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlElement[] }

/**
 * Reads a document, strictly: well-formed, in UTF-8, no document type, no processing instructions, and
 * within limits that stop the reader at once. Entities beyond XML's own five do not exist.
 *
 * @throws {XmlRefused} saying which rule was broken.
 * @see sign-in-and-security.md 3.4
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits): XmlElement {
  if (bytes.byteLength > limits.bytes) {
    refuse('tooLarge', `More than ${limits.bytes} bytes`)
  }
  return parse(decode(bytes), limits)
}

/** A BOM is let pass; bytes that are no UTF-8 are not. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('notUtf8', 'Bytes that are not UTF-8')
  }
}

function parse(text: string, limits: XmlLimits): XmlElement {
  const parser = new SaxesParser({ xmlns: true })
  const open: Open[] = []
  const counts = { elements: 0, characters: 0 }
  let root: XmlElement | undefined

  const countText = (part: string) => {
    counts.characters += part.length
    if (counts.characters > limits.characters) refuse('tooMuchText', 'Too much text')
  }
  const addText = (part: string) => {
    countText(part)
    const inner = open.at(-1)
    if (inner) inner.text += part
  }
  // A handler that throws stops the reader where it is.
  parser.on('error', (error) => refuse('notWellFormed', error.message.slice(0, 200)))
  parser.on('doctype', () => refuse('documentType', 'A document type'))
  parser.on('processinginstruction', () => refuse('processingInstruction', 'An instruction'))
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
      refuse('otherEncoding', 'An encoding other than UTF-8')
    }
  })
  let attributes = 0
  parser.on('opentagstart', () => {
    attributes = 0
    counts.elements += 1
    if (open.length >= limits.depth) refuse('tooDeep', `More than ${limits.depth} levels`)
    if (counts.elements > limits.elements) refuse('tooManyElements', 'Too many elements')
  })
  parser.on('attribute', () => {
    attributes += 1
    if (attributes > limits.attributesPerElement) {
      refuse('tooManyAttributes', 'Too many attributes')
    }
  })
  parser.on('opentag', (tag) => {
    const element: Open = {
      name: tag.local,
      namespace: tag.uri,
      attributes: Object.values(tag.attributes).flatMap(toAttribute),
      children: [],
      text: '',
    }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    root = open.pop() ?? root
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('comment', countText)

  for (let at = 0; at < text.length; at += PIECE) parser.write(text.slice(at, at + PIECE))
  parser.close()
  return root ?? refuse('notWellFormed', 'No element')
}

type Attribute = { local: string; uri: string; prefix: string; value: string }

/** Declarations of namespaces have done their work. */
function toAttribute({ local, uri, prefix, value }: Attribute): XmlAttribute[] {
  if (prefix === 'xmlns' || (prefix === '' && local === 'xmlns')) return []
  return [{ name: local, namespace: uri, value }]
}

function refuse(code: XmlRefusal, what: string): never {
  throw new XmlRefused(code, what)
}
