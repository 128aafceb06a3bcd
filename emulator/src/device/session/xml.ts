/** An element of a SyncML message. */
export type XmlElement = {
  /** Local name. */
  readonly name: string
  readonly namespace: string
  readonly children: XmlElement[]
  /** Its own text, as it came, without that of its children. */
  text: string
  hasCdata: boolean
}

/** The text is no document that Windows' reader would take. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

type Open = { readonly element: XmlElement; readonly tag: string; readonly prefixes: Prefixes }
type Prefixes = Readonly<Record<string, string>>

const namePattern = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y
const attributePattern = /\s+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*=\s*("[^"<]*"|'[^'<]*')/y
const endPattern = /\s*(\/?)>/y
const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}
const deepest = 64

/**
 * Reads a SyncML message: strict about being well-formed, without DOCTYPE, and much faster than a
 * general parser, because a swarm reads thousands of messages a second.
 *
 * @throws XmlError
 * @see Extensible Markup Language 1.0 §2.1; Namespaces in XML 1.0 §6
 */
export function readSyncmlXml(text: string): XmlElement {
  const state = { text: text.replace(/^\uFEFF/, ''), at: 0 }
  const open: Open[] = []
  let root: XmlElement | undefined
  const { text: source } = state
  while (state.at < source.length) {
    const next = source.indexOf('<', state.at)
    const between = source.slice(state.at, next < 0 ? undefined : next)
    if (between !== '') addText(open.at(-1), decode(between))
    if (next < 0) break
    state.at = next
    if (source.startsWith('<?', next)) skip(state, '?>')
    else if (source.startsWith('<!--', next)) skip(state, '-->')
    else if (source.startsWith('<![CDATA[', next)) {
      addText(open.at(-1), skip(state, ']]>').slice('<![CDATA['.length))
      const last = open.at(-1)
      if (last) last.element.hasCdata = true
    } else if (source.startsWith('<!', next)) throw new XmlError('a DOCTYPE')
    else if (source.startsWith('</', next)) closeTag(state, open)
    else root = openTag(state, open, root)
  }
  if (open.length > 0) throw new XmlError(`${open.at(-1)?.tag} is not closed`)
  if (!root) throw new XmlError('no element')
  return root
}

type State = { readonly text: string; at: number }

/** Goes behind a mark. @returns what stands before it */
function skip(state: State, mark: string): string {
  const end = state.text.indexOf(mark, state.at)
  if (end < 0) throw new XmlError(`no ${mark}`)
  const content = state.text.slice(state.at, end)
  state.at = end + mark.length
  return content
}

function openTag(state: State, open: Open[], root: XmlElement | undefined): XmlElement {
  state.at++
  const tag = match(state, namePattern)?.[0]
  if (tag === undefined) throw new XmlError(`a stray < at ${state.at}`)
  const parent = open.at(-1)
  if (!parent && root) throw new XmlError(`a second root ${tag}`)
  let prefixes: Prefixes = parent?.prefixes ?? {}
  const seen = new Set<string>()
  for (let found = match(state, attributePattern); found; found = match(state, attributePattern)) {
    const [, name = '', quoted = ''] = found
    if (seen.has(name)) throw new XmlError(`${name} twice in ${tag}`)
    seen.add(name)
    const value = decode(quoted.slice(1, -1))
    if (name === 'xmlns') prefixes = { ...prefixes, '': value }
    else if (name.startsWith('xmlns:')) prefixes = { ...prefixes, [name.slice(6)]: value }
  }
  const end = match(state, endPattern)
  if (!end) throw new XmlError(`${tag} is not written as a tag`)
  const [prefix, local = prefix] = tag.includes(':') ? tag.split(':') : ['', tag]
  const namespace = prefixes[prefix ?? '']
  if (namespace === undefined && prefix !== '') throw new XmlError(`unknown prefix ${prefix}`)
  const element = {
    name: local ?? tag,
    namespace: namespace ?? '',
    children: [],
    text: '',
    hasCdata: false,
  }
  parent?.element.children.push(element)
  if (end[1] === '') {
    if (open.length >= deepest) throw new XmlError('nested too deeply')
    open.push({ element, tag, prefixes })
  }
  return root ?? element
}

function closeTag(state: State, open: Open[]): void {
  const tag = skip(state, '>').slice(2).trimEnd()
  const last = open.pop()
  if (last?.tag !== tag) throw new XmlError(`</${tag}> closes ${last?.tag ?? 'nothing'}`)
}

function match(state: State, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = state.at
  const found = pattern.exec(state.text)
  if (found) state.at = pattern.lastIndex
  return found
}

function addText(open: Open | undefined, text: string): void {
  if (open) open.element.text += text
  else if (text.trim() !== '') throw new XmlError('text outside the root')
}

function decode(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&\s]*;?)/g, (whole, body: string) => {
    const name = body.slice(0, -1)
    const known = body.endsWith(';') ? entities[name] : undefined
    if (known !== undefined) return known
    const code = /^#x([0-9a-f]{1,6});$/i.exec(body)?.[1]
    const point = code === undefined ? Number(/^#(\d{1,7});$/.exec(body)?.[1]) : parseInt(code, 16)
    if (!(point > 0 && point <= 0x10ffff)) throw new XmlError(`an unknown entity ${whole}`)
    return String.fromCodePoint(point)
  })
}

export function find(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name)
}

/** The text of a child, without blanks around it. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return find(element, name)?.text.trim()
}

/** Whether the children stand in the order of the DTD. */
export function isInOrder(element: XmlElement, order: readonly string[]): boolean {
  const places = element.children.map(({ name }) => order.indexOf(name))
  return places.every((place, index) => place >= 0 && place >= (places[index - 1] ?? 0))
}
