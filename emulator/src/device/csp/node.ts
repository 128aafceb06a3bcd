import type { Edition, Machine } from './machine.ts'

export type Format = 'node' | 'chr' | 'int' | 'bool' | 'b64' | 'bin' | 'xml' | 'time' | 'null'

/** How a node answers a command. */
export type Outcome = {
  readonly status: number
  /** HRESULT, `0x…`, when Windows tells one. */
  readonly originalError?: string
}

/** A node of a configuration service provider: what it is, and what it does. */
export type NodeDefinition = {
  /** From `./Device` or `./User` on; `{…}` stands for a name that server or device choose. */
  readonly path: string
  /** Letters: A Add, D Delete, G Get, R Replace, X Exec. */
  readonly access: string
  readonly format: Format
  /**
   * The first build that has it, after a blank each older build that got it later: `22621
   * 19041.1387`. Without one: the parent's.
   */
  readonly min?: string
  /** Editions that have it; without: the parent's. */
  readonly editions?: readonly Edition[]
  /** What is read as long as nothing was written. */
  readonly initial?: string
  /** Computes the value; undefined: there is none. */
  readonly read?: (machine: Machine, names: readonly string[]) => string | undefined
  /** The names of a `{…}` node that are there without having been written. */
  readonly list?: (machine: Machine, names: readonly string[]) => readonly string[]
  /** Values it takes: the ends of a range, or the list. */
  readonly range?: readonly [number, number]
  readonly values?: readonly string[]
  /** What is written has an effect, but is not what is read then. */
  readonly keeps?: false
  /** What follows from being written or deleted (value undefined); may refuse. */
  readonly onWrite?: (
    machine: Machine,
    value: string | undefined,
    names: readonly string[],
  ) => Outcome | undefined
  readonly exec?: (machine: Machine, data: string, names: readonly string[]) => Outcome
}

/** One line of a table: path below the provider's root, access, format, and the rest. */
export type Row = readonly [
  path: string,
  access: string,
  format: Format,
  more?: Omit<NodeDefinition, 'path' | 'access' | 'format'> | NodeDefinition['read'],
]

/** The nodes of one provider. */
export function provider(
  root: string,
  about: { readonly min?: string; readonly editions?: readonly Edition[] },
  rows: readonly Row[],
): NodeDefinition[] {
  return [
    { path: root, access: 'G', format: 'node', ...about },
    ...rows.map(([path, access, format, more]) => ({
      path: `${root}/${path}`,
      access,
      format,
      ...(typeof more === 'function' ? { read: more } : more),
    })),
  ]
}

export const ok: Outcome = { status: 200 }
/** The provider refuses: edition, scope, or no such thing here. ERROR_NOT_SUPPORTED */
export const notAllowed: Outcome = { status: 405, originalError: '0x80070032' }
/** E_INVALIDARG */
export const badArgument: Outcome = { status: 500, originalError: '0x80070057' }

export const business: readonly Edition[] = ['Pro', 'Enterprise', 'Education']
