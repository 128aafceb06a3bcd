import { type AskedOf, NodeOperation } from '@mooring/contract/management'
import { z } from 'zod'

/** What commands keep of what was asked. Older rows may have less, and other kinds nothing of it. */
const Parameters = z.object({
  name: z.string().optional(),
  full: z.boolean().optional(),
  atomic: z.boolean().optional(),
  operations: z.array(NodeOperation).optional(),
})

/** What was asked, for everybody who may look at devices. */
export function renderAsked(parameters: unknown): AskedOf {
  const read = Parameters.safeParse(parameters)
  if (!read.success) return {}
  const { name, full, atomic, operations } = read.data
  return {
    ...(name === undefined ? {} : { name }),
    ...(full === undefined ? {} : { full }),
    ...(atomic === undefined ? {} : { atomic }),
    ...(operations === undefined ? {} : { operations: operations.map(showOperation) }),
  }
}

const LONGEST_SHOWN = 64
/** Names of nodes in which passwords and keys are. */
const SECRET =
  /pass|secret|psk|key|token|credential|\bpin\b|pfx|private|sas|wlanxml|profile|eap|blob|oobe|unattend/i
/** Numbers and truth are no passwords, but where the node itself is called so. */
const PLAIN: ReadonlySet<string> = new Set(['int', 'bool', 'float'])
const SECRET_NUMBER = /(?:pin|password|passcode|passphrase|code|key|secret)$/i
const NUMBER = /^(?:true|false|-?\d{1,10}(?:\.\d{1,10})?)$/i

/** Short and plain values are shown. Whatever may have a password inside is not: it was meant for the device. */
function showOperation({ verb, uri, format, data }: NodeOperation) {
  const about = { verb, uri, ...(format === undefined ? {} : { format }) }
  if (data === undefined || data === '') return about
  return mayShow({ uri, format, data }) ? { ...about, data } : { ...about, withheld: data.length }
}

function mayShow({ uri, format, data }: Pick<NodeOperation, 'uri' | 'format' | 'data'>): boolean {
  // The device undoes percent signs; whoever hides a name behind them has a reason.
  if (data === undefined || uri.includes('%')) return false
  if (format !== undefined && PLAIN.has(format)) {
    return NUMBER.test(data) && !SECRET_NUMBER.test(uri)
  }
  if (format !== undefined && format !== 'chr') return false
  return data.length <= LONGEST_SHOWN && !SECRET.test(uri) && !/[<>{}=:]/.test(data)
}
