import { setTimeout as delay } from 'node:timers/promises'
import type { BenchPostgres } from './postgres.ts'

/** One statement that the server sent while it answered, as PostgreSQL carried it out. */
export type Statement = {
  readonly text: string
  /** Carrying it out, without making its plan. */
  readonly ms: number
  /** How often an index was searched, and a table read from end to end. */
  readonly indexReads: number
  readonly tableReads: number
  /** Rows added, changed or taken away. */
  readonly rowsWritten: number
  /** Pages of 8 KiB, found in memory and fetched. */
  readonly pagesHit: number
  readonly pagesRead: number
  readonly plan: string
}

/** Reading a statement, or binding its values and making its plan: before it is carried out. */
export type Preparation = { readonly text: string; readonly ms: number }

type Node = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Loops': number
  'Actual Rows': number
  'Shared Hit Blocks'?: number
  'Shared Read Blocks'?: number
  Plans?: Node[]
}

/** PostgreSQL's log begins each entry with the time and the process; what follows is indented. */
const ENTRY = /^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/m
const PREPARED = /duration: ([\d.]+) ms {2}(?:parse|bind) [^:]*: ([\s\S]*)/
const FOUND = /duration: ([\d.]+) ms {2}plan:\s+(\{[\s\S]*\})/
/** Settings are read and the log is written by other processes. */
const SETTLE_MS = 500

/**
 * Everything the server asks its PostgreSQL while `work` is done, with `explain (analyze, buffers)` of
 * each statement: by `auto_explain`, so that it is the very statement and not a copy of it.
 */
export async function explainStatements(
  postgres: BenchPostgres,
  work: () => Promise<void>,
): Promise<{ statements: Statement[]; preparations: Preparation[] }> {
  let log = ''
  let isHeard = false
  postgres.onLog((text) => {
    if (isHeard) log += text
  })
  postgres.configure({
    log_min_duration_statement: '0',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_format': 'json',
  })
  await delay(SETTLE_MS)
  isHeard = true
  await work()
  await delay(SETTLE_MS)
  isHeard = false
  postgres.configure({ log_min_duration_statement: '-1', 'auto_explain.log_min_duration': '-1' })
  await delay(SETTLE_MS)
  const entries = log.split(ENTRY)
  return {
    statements: entries.flatMap(readEntry),
    preparations: entries.flatMap((entry) => {
      const [, ms, text] = PREPARED.exec(entry) ?? []
      return text === undefined ? [] : [{ text, ms: Number(ms) }]
    }),
  }
}

function readEntry(entry: string): Statement[] {
  const [, ms, json] = FOUND.exec(entry) ?? []
  if (ms === undefined || json === undefined) return []
  const { 'Query Text': text, Plan: top } = JSON.parse(json) as { 'Query Text': string; Plan: Node }
  const nodes = flatten(top)
  const reads = (type: RegExp) =>
    nodes
      .filter((node) => type.test(node['Node Type']))
      .reduce((sum, node) => sum + node['Actual Loops'], 0)
  return [
    {
      text,
      ms: Number(ms),
      indexReads: reads(/^(Index|Index Only|Bitmap Index) Scan$/),
      tableReads: reads(/^Seq Scan$/),
      rowsWritten: nodes
        .filter((node) => node['Node Type'] === 'ModifyTable')
        .flatMap(({ Plans = [] }) => Plans)
        .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0),
      pagesHit: top['Shared Hit Blocks'] ?? 0,
      pagesRead: top['Shared Read Blocks'] ?? 0,
      plan: nodes
        .filter((node) => node['Relation Name'])
        .map(sayNode)
        .join('; '),
    },
  ]
}

const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)]

function sayNode(node: Node): string {
  const index = node['Index Name']
  return `${node['Node Type']} on ${node['Relation Name']}${index ? ` by ${index}` : ''}`
}
