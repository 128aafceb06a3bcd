import type { NewCommand, NodeOperation } from '@mooring/contract/management'

export const VERBS = [
  'Get',
  'Replace',
  'Add',
  'Delete',
  'Exec',
] as const satisfies readonly NodeOperation['verb'][]

export const FORMATS = [
  'chr',
  'int',
  'bool',
  'b64',
  'xml',
  'node',
  'null',
  'float',
] as const satisfies readonly NonNullable<NodeOperation['format']>[]

/** One line of the form. */
export type OperationDraft = {
  /** For the form alone. */
  readonly key: number
  readonly verb: NodeOperation['verb']
  readonly uri: string
  readonly format: NodeOperation['format']
  readonly data: string
}

export const newOperation = (key: number): OperationDraft => ({
  key,
  verb: 'Get',
  uri: '',
  format: undefined,
  data: '',
})

/** Only these take along a value. */
export const takesData = (verb: NodeOperation['verb']) => verb !== 'Get' && verb !== 'Delete'

/** What is sent: a value left empty is none. */
export function ownCommand(drafts: readonly OperationDraft[], atomic: boolean): NewCommand {
  return {
    kind: 'syncml',
    atomic,
    operations: drafts.map(({ verb, uri, format, data }) => ({
      verb,
      uri: uri.trim(),
      ...(takesData(verb) && format ? { format } : {}),
      ...(takesData(verb) && data !== '' ? { data } : {}),
    })),
  }
}
