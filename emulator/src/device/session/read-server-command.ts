import type { Command, Item } from './server-message.ts'
import type { Report } from './violation.ts'
import { find, isInOrder, textOf, type XmlElement } from './xml.ts'

const metinf = 'syncml:metinf'
const itemOrder = ['Target', 'Source', 'SourceParent', 'TargetParent', 'Meta', 'Data', 'MoreData']
const orders: Readonly<Record<string, readonly string[]>> = {
  Get: ['CmdID', 'NoResp', 'Lang', 'Cred', 'Meta', 'Item'],
  Alert: ['CmdID', 'NoResp', 'Cred', 'Data', 'Correlator', 'Item'],
  Exec: ['CmdID', 'NoResp', 'Cred', 'Correlator', 'Meta', 'Item'],
  Add: ['CmdID', 'NoResp', 'Cred', 'Meta', 'Item'],
  Replace: ['CmdID', 'NoResp', 'Cred', 'Meta', 'Item'],
  Delete: ['CmdID', 'NoResp', 'Archive', 'SftDel', 'Cred', 'Meta', 'Item'],
}
/** Commands of SyncML that Windows does not have: 406. */
const notInWindows = ['Copy', 'Move', 'Map', 'Put', 'Search', 'Sync', 'Results']
const formats = 'b64 bin bool chr date float int node null time xml'.split(' ')
const metaNames = 'Format Type Mark Size Anchor Version NextNonce MaxMsgSize MaxObjSize'.split(' ')

/** Reads one command. What is written wrongly comes with the status Windows answers it with. */
export function readCommand(element: XmlElement, seen: Set<string>, report: Report): Command {
  const { name } = element
  const cmdId = textOf(element, 'CmdID') ?? ''
  const refusals: number[] = []
  const refuse: Refuse = (kind, detail, status = 400) => {
    report(kind, detail, cmdId === '' ? undefined : cmdId)
    refusals.push(status)
  }
  if (!noteCmdId(cmdId, name, seen, report)) refusals.push(400)
  const isGroup = name === 'Atomic' || name === 'Sequence'
  const order = orders[name]
  if (!order && !isGroup)
    refuse('unknownCommand', `a command ${name}`, notInWindows.includes(name) ? 406 : 400)
  if (order && !isInOrder(element, order))
    refuse('elementOrder', `${name} of ${element.children.map((child) => child.name).join(', ')}`)
  const inside = isGroup ? readInside(element, seen, report, refuse) : []
  judgeMeta(find(element, 'Meta'), refuse)
  const outer = find(element, 'Meta')
  const items = element.children
    .filter((child) => child.name === 'Item')
    .map((item) => readItem(item, outer, refuse))
  if (order && name !== 'Alert' && items.length === 0) refuse('itemMissing', `${name} has no Item`)
  return {
    name,
    cmdId,
    noResp: find(element, 'NoResp') !== undefined,
    data: textOf(element, 'Data') ?? '',
    items,
    inside,
    refusal: refusals[0],
  }
}

type Refuse = (kind: Parameters<Report>[0], detail: string, status?: number) => void

function readInside(
  element: XmlElement,
  seen: Set<string>,
  report: Report,
  refuse: Refuse,
): Command[] {
  const [first, ...rest] = element.children
  const heads = ['NoResp', 'Meta']
  if (first?.name !== 'CmdID') refuse('elementOrder', `${element.name} does not begin with CmdID`)
  const inside = rest
    .filter(({ name }) => !heads.includes(name))
    .map((child) => readCommand(child, seen, report))
  if (element.name !== 'Atomic') return inside
  for (const { name, cmdId } of inside) {
    if (name === 'Get') report('getInAtomic', 'a Get inside Atomic', cmdId)
    if (name === 'Atomic') report('nestedAtomic', 'an Atomic inside Atomic', cmdId)
  }
  const targets = inside.flatMap(({ items }) => items.map(({ target = '' }) => target))
  const isUser = (target: string) => /^\.\/user(\/|$)/i.test(target)
  if (targets.some(isUser) && !targets.every(isUser))
    refuse('mixedScopes', './User and ./Device in one Atomic', 507)
  return inside
}

function readItem(element: XmlElement, outer: XmlElement | undefined, refuse: Refuse): Item {
  if (!isInOrder(element, itemOrder))
    refuse('elementOrder', `Item of ${element.children.map((child) => child.name).join(', ')}`)
  const meta = find(element, 'Meta') ?? outer
  if (meta !== outer) judgeMeta(meta, refuse)
  const uri = textOf(find(element, 'Target'), 'LocURI')
  const [target, query] = uri?.split('?', 2) ?? []
  if (target !== undefined) judgeUri(target, refuse)
  const data = find(element, 'Data')
  if (data && data.children.length > 0)
    refuse('nestedElements', `Data holds ${data.children[0]?.name}: it is to be escaped`)
  const isCdata = data?.hasCdata || find(find(element, 'Target'), 'LocURI')?.hasCdata
  if (isCdata) refuse('cdata', 'a CDATA section')
  const format = textOf(meta, 'Format')
  if (format !== undefined && !formats.includes(format))
    refuse('unknownFormat', `Format ${format}`, 415)
  const size = textOf(meta, 'Size')
  return {
    target,
    query,
    format,
    size: size === undefined ? undefined : Number(size),
    data: data?.text ?? '',
    hasMore: find(element, 'MoreData') !== undefined,
  }
}

function judgeMeta(meta: XmlElement | undefined, refuse: Refuse): void {
  for (const { name, namespace } of meta?.children ?? []) {
    if (namespace !== metinf) refuse('metaNamespace', `${name} of Meta in '${namespace}'`)
    else if (!metaNames.includes(name)) refuse('metaNamespace', `an unknown ${name} in Meta`)
  }
}

/** A CmdID is a whole number from 1 on, once in a message. @returns whether it is one */
export function noteCmdId(cmdId: string, name: string, seen: Set<string>, report: Report): boolean {
  if (!/^[1-9]\d*$/.test(cmdId)) {
    report('cmdIdMissing', `${name} with CmdID '${cmdId}'`)
    return false
  }
  if (seen.has(cmdId)) {
    report('cmdIdDuplicate', `${name} with CmdID ${cmdId} again`, cmdId)
    return false
  }
  seen.add(cmdId)
  return true
}

/** A LocURI begins with `./`, has no empty segment, and nothing that should be percent-encoded. */
function judgeUri(uri: string, refuse: Refuse): void {
  const isFine =
    uri === '.' ||
    (/^\.\/[^/]+(\/[^/]+)*$/.test(uri) && !/[\s{}<>"|^`\\]|%(?![0-9a-f]{2})/i.test(uri))
  if (!isFine) refuse('locUri', `the LocURI '${uri}'`)
}
