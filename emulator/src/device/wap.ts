import { children, type Element, readXml } from './read-xml.ts'
import { codes, WindowsError } from './windows-error.ts'

/** A `characteristic` of a provisioning document: names have a case, and it counts. */
export type Characteristic = {
  readonly type: string
  readonly parms: readonly Parm[]
  readonly inside: readonly Characteristic[]
}
export type Parm = {
  readonly name: string
  readonly value: string | undefined
  readonly datatype: string | undefined
}

/** Reads a provisioning document into its tree. @throws WindowsError when it is none. */
export function readWap(text: string): Characteristic {
  const root = readXml(text, codes.otherProviderFailed)
  if (root.nodeName !== 'wap-provisioningdoc' || root.getAttribute('version') !== '1.1')
    throw bad(`no wap-provisioningdoc 1.1 but ${root.nodeName}`)
  return readCharacteristic(root, '')
}

/** The one characteristic at the end of a path; undefined when there is none. */
export function walk(
  from: Characteristic | undefined,
  ...types: string[]
): Characteristic | undefined {
  return types.reduce<Characteristic | undefined>(
    (at, type) => at?.inside.find((candidate) => candidate.type === type),
    from,
  )
}

/** The value of a parm; undefined when it is absent or has none. */
export function parmOf(from: Characteristic | undefined, name: string): string | undefined {
  return from?.parms.find((parm) => parm.name === name)?.value
}

function readCharacteristic(element: Element, type: string): Characteristic {
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === node.COMMENT_NODE) throw bad('a comment')
    if (node.nodeType === node.TEXT_NODE && node.nodeValue?.trim()) throw bad('text')
  }
  const parms: Parm[] = []
  const inside: Characteristic[] = []
  for (const child of children(element)) {
    if (child.nodeName === 'parm') parms.push(readParm(child))
    else if (child.nodeName === 'characteristic')
      inside.push(readCharacteristic(child, attribute(child, 'type') ?? missing(child, 'type')))
    else throw bad(`an element ${child.nodeName}`)
  }
  return { type, parms, inside }
}

function readParm(element: Element): Parm {
  return {
    name: attribute(element, 'name') ?? missing(element, 'name'),
    value: attribute(element, 'value'),
    datatype: attribute(element, 'datatype'),
  }
}

function attribute(element: Element, name: string): string | undefined {
  return element.getAttribute(name) ?? undefined
}

function missing(element: Element, name: string): never {
  throw bad(`${element.nodeName} without ${name}`)
}

function bad(reason: string): WindowsError {
  return new WindowsError(codes.otherProviderFailed, `provisioning document: ${reason}`)
}
