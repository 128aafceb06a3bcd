/** An element to be written; `undefined` children are left out. */
export type XmlNode = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | undefined>>
  readonly content: string | readonly XmlNode[]
}
type Content = string | readonly (XmlNode | undefined)[]

/** An element to be written: `node('a:Action', { 's:mustUnderstand': '1' }, 'text')`. */
export function node(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content: Content = [],
): XmlNode {
  const kept =
    typeof content === 'string' ? content : content.filter((child) => child !== undefined)
  return { name, attributes, content: kept }
}

/**
 * Writes a document without white space between elements. Everything that comes from outside is
 * escaped here and nowhere else; characters that XML cannot hold are replaced.
 */
export function writeXml({ name, attributes, content }: XmlNode): string {
  const pairs = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escapeText(value)}"`]))
    .join('')
  const inner = typeof content === 'string' ? escapeText(content) : content.map(writeXml).join('')
  return inner === '' ? `<${name}${pairs}/>` : `<${name}${pairs}>${inner}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Written as they are, a reader would make blanks of them in an attribute.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the characters that XML 1.0 forbids.
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character)
}
