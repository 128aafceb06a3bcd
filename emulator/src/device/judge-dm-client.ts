import { type Characteristic, type Parm, walk } from './wap.ts'
import { codes, WindowsError } from './windows-error.ts'

/** What the DMClient node was told, by the names of the CSP. */
export type DmClientSettings = Readonly<Record<string, string | number | boolean>>

const datatypes: Readonly<Record<string, 'string' | 'integer' | 'boolean'>> = {
  UPN: 'string',
  EntDeviceName: 'string',
  EntDMID: 'string',
  RequireMessageSigning: 'boolean',
  EnableOmaDmKeepAliveMessage: 'boolean',
  'Poll/NumberOfFirstRetries': 'integer',
  'Poll/IntervalForFirstSetOfRetries': 'integer',
  'Poll/NumberOfSecondRetries': 'integer',
  'Poll/IntervalForSecondSetOfRetries': 'integer',
  'Poll/NumberOfRemainingScheduledRetries': 'integer',
  'Poll/IntervalForRemainingScheduledRetries': 'integer',
  'Poll/PollOnLogin': 'boolean',
  'Poll/AllUsersPollOnFirstLogin': 'boolean',
}

/** Sets up DMClient/Provider/{provider id}. @throws WindowsError 0x80180020 */
export function judgeDmClient(document: Characteristic, providerId: string): DmClientSettings {
  const client = walk(document, 'DMClient')
  if (!client) return {}
  const providers = walk(client, 'Provider')?.inside ?? []
  const [provider] = providers
  if (!provider || providers.length > 1) throw bad(`${providers.length} providers`)
  if (provider.type !== providerId)
    throw bad(`the provider is ${provider.type}, the account's is ${providerId}`)
  const settings: Record<string, string | number | boolean> = {}
  for (const parm of provider.parms) settings[parm.name] = readValue(parm.name, parm)
  for (const inner of provider.inside) {
    if (inner.type !== 'Poll') throw bad(`${inner.type} cannot be set in this document`)
    for (const parm of inner.parms)
      settings[`Poll/${parm.name}`] = readValue(`Poll/${parm.name}`, parm)
  }
  return settings
}

function readValue(path: string, { value = '', datatype }: Parm): string | number | boolean {
  const wanted = datatypes[path]
  if (wanted === undefined) throw bad(`unknown: ${path}`)
  if (datatype !== wanted) throw bad(`${path} needs datatype ${wanted}, not ${datatype}`)
  if (wanted === 'string') return value
  if (wanted === 'boolean') {
    if (value !== 'true' && value !== 'false') throw bad(`${path} is ${value}`)
    return value === 'true'
  }
  if (!/^-?\d+$/.test(value)) throw bad(`${path} is ${value}`)
  return Number(value)
}

function bad(reason: string): WindowsError {
  return new WindowsError(codes.dmClientFailed, `DMClient: ${reason}`)
}
