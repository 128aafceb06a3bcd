import type { Directory } from '../directory/directory.ts'
import { type Json, type Reply, readable } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import type { Fault } from './fault.ts'

/**
 * Objects that misbehave by their name: the first answer that tells of the user, group or device
 * (or that is asked about it by id) has the fault; a later one is right. `Trouble always: …` goes on.
 */
const sentinels: Readonly<Record<string, Fault>> = {
  throttle: { kind: 'throttle' },
  unavailable: { kind: 'throttle', status: 503 },
  truncate: { kind: 'truncate' },
  'corrupt json': { kind: 'corrupt-json' },
  reset: { kind: 'reset' },
  hang: { kind: 'hang' },
  html: { kind: 'html' },
  'not found': { kind: 'not-found' },
  'repeated page': { kind: 'looping-link' },
  'foreign link': { kind: 'foreign-link' },
  resync: { kind: 'resync' },
}

/** Names that a story can give to an object, such as `Trouble: throttle`. */
export const sentinelNames: readonly string[] = Object.keys(sentinels).map(
  (name) => `Trouble: ${name}`,
)

/** Knows the objects with such a name, by following the journals of the directories. */
export class Sentinels {
  readonly #names = new Map<string, string>()
  readonly #read = new Map<Directory, number>()
  readonly #struck = new Set<string>()

  /** The faults that objects in this answer, or in the path of this request, ask for. */
  pick(request: Request, reply: Reply, directories: readonly Directory[]): Fault[] {
    for (const directory of directories) this.#follow(directory)
    if (this.#names.size === 0) return []
    const faults: Fault[] = []
    for (const id of [...idsInPath(request), ...idsInPage(reply)]) {
      const found = /^Trouble( always)?: (.+)$/.exec(this.#names.get(id) ?? '')
      const fault = found && sentinels[(found[2] ?? '').toLowerCase()]
      if (!fault || (found[1] === undefined && this.#struck.has(id))) continue
      this.#struck.add(id)
      faults.push(fault)
    }
    return faults
  }

  #follow(directory: Directory): void {
    const { version } = directory.journal
    const seen = this.#read.get(directory) ?? 0
    for (const { handle } of seen < version ? directory.journal.between(seen, version) : []) {
      const { record } = directory.object(handle)
      if (record.displayName?.startsWith('Trouble')) this.#names.set(record.id, record.displayName)
      else this.#names.delete(record.id)
    }
    this.#read.set(directory, version)
  }
}

function idsInPath(request: Request): string[] {
  return request.path.split('/').filter((segment) => /^[0-9a-f-]{36}$/i.test(segment))
}

function idsInPage(reply: Reply): string[] {
  const open = readable(reply)
  if (open.kind !== 'json' || Array.isArray(open.value)) return []
  const items = (open.value as { value?: Json }).value
  if (!Array.isArray(items)) return []
  return (items as { id?: Json }[]).flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
}
