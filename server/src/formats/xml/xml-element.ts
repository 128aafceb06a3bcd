/** An element as it was read: names without prefixes, `text` its own characters, in order. */
export type XmlElement = {
  /** The local name, in the case it was written. */
  readonly name: string
  /** The namespace's URI; empty for none. */
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlElement[]
  readonly text: string
}

export type XmlAttribute = {
  readonly name: string
  readonly namespace: string
  readonly value: string
}

/** Why a document was not read. `what` says it in English, for the log; nothing of the document is in it. */
export class XmlRefused extends Error {
  readonly code: XmlRefusal

  constructor(code: XmlRefusal, what: string) {
    super(what)
    this.code = code
  }
}

export type XmlRefusal =
  | 'tooLarge'
  | 'notUtf8'
  | 'otherEncoding'
  | 'documentType'
  | 'processingInstruction'
  | 'tooDeep'
  | 'tooManyElements'
  | 'tooManyAttributes'
  | 'tooMuchText'
  | 'notWellFormed'
  | 'duplicate'
  | 'missing'

/** All children of this name, in whatever namespace: clients and Microsoft's own pages differ in it. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? []
}

/**
 * The one child of this name.
 *
 * @throws {XmlRefused} `duplicate`: two where one is meant can be read in two ways.
 */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  const [first, second] = childrenOf(element, name)
  if (second) throw new XmlRefused('duplicate', `Two elements "${name}" where one is meant`)
  return first
}

/** The element at the end of a path of single children. @throws {XmlRefused} `duplicate`. */
export function findAt(root: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  let element: XmlElement | undefined = root
  for (const name of path) element = childOf(element, name)
  return element
}

/** The text of an element without the white space around it; absent for no element or no text. */
export function textOf(element: XmlElement | undefined): string | undefined {
  return element?.text.trim() || undefined
}

/** The value of an attribute, by its local name: senders prefix them as they like. */
export function attributeOf(element: XmlElement | undefined, name: string): string | undefined {
  return element?.attributes.find((attribute) => attribute.name === name)?.value
}
