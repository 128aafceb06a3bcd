import { DOMParser, type Element } from '@xmldom/xmldom'
import { codes, WindowsError } from './windows-error.ts'

export type { Element } from '@xmldom/xmldom'

/** Reads a document strictly. @throws WindowsError when it is not well-formed or has a DOCTYPE. */
export function readXml(text: string, code: string = codes.messageFormat): Element {
  const problems: string[] = []
  try {
    const document = new DOMParser({
      onError: (_level, message) => {
        problems.push(String(message))
      },
    }).parseFromString(text.replace(/^\uFEFF/, ''), 'text/xml')
    const root = document.documentElement
    if (document.doctype) problems.push('a DOCTYPE')
    if (root && problems.length === 0) return root
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  throw new WindowsError(code, `not XML: ${problems[0] ?? 'no element'}`)
}

/** The child elements. */
export function children(parent: Element): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling)
    if (node.nodeType === node.ELEMENT_NODE) found.push(node as Element) // its nodeType says so
  return found
}

/** The first child of this name. */
export function child(
  parent: Element | undefined,
  namespace: string,
  name: string,
): Element | undefined {
  if (!parent) return undefined
  return children(parent).find(
    (candidate) => candidate.localName === name && candidate.namespaceURI === namespace,
  )
}

/** The element at the end of a path of names in one namespace. */
export function descend(
  parent: Element | undefined,
  namespace: string,
  ...names: string[]
): Element | undefined {
  return names.reduce<Element | undefined>((at, name) => child(at, namespace, name), parent)
}

/** The text of an element, without blanks around it. */
export function text(element: Element | undefined): string | undefined {
  return element?.textContent?.trim()
}

/** Whether the children that are there stand in the schema's order. */
export function isInOrder(parent: Element, order: readonly string[]): boolean {
  const places = children(parent).map((element) => order.indexOf(element.localName ?? ''))
  return places.every((place, index) => place >= 0 && place >= (places[index - 1] ?? 0))
}
