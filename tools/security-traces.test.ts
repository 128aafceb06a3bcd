import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COLUMNS = ['asks', 'met in', 'tests', 'state']

type Row = {
  readonly id: string
  readonly met: string
  readonly tests: string
  readonly state: string
}

const rows = readRows(readFileSync(`${ROOT}docs/security.md`, 'utf8'))

/** The rows of the tables that trace a requirement; the tables of the threat model have other columns. */
function readRows(document: string): Row[] {
  const tables = document.split('\n\n').map((block) => block.split('\n').map(readCells))
  return tables
    .filter(([head = []]) => COLUMNS.every((column) => head.includes(column)))
    .flatMap(([, , ...lines]) => lines)
    .filter((cells) => cells.length > 1)
    .map(([id = '', , met = '', tests = '', state = '']) => ({ id, met, tests, state }))
}

function readCells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

const filesOf = (cell: string) =>
  [...cell.matchAll(/`([^`]+\/[^`]+|[\w.-]+\.json)`/g)].map(([, file = '']) => file)

const tracesOf = ({ tests }: Row) =>
  tests === '–' ? [] : tests.split('<br>').map((trace) => /^`([^`]+)` › (.+)$/.exec(trace) ?? trace)

test('the tables trace the 86 requirements of ASVS, the ten risks and the nine incidents, each once', () => {
  const ids = rows.map(({ id }) => id.replaceAll('*', '').replace(' L3', ''))
  const count = (form: RegExp) => ids.filter((id) => form.test(id)).length

  expect(new Set(ids).size).toBe(ids.length)
  expect([count(/^\d+\.\d+\.\d+$/), count(/^API\d+$/), count(/^\d+$/)]).toEqual([86, 10, 9])
  expect(ids).toHaveLength(105)
})

test('every file that is named is there', () => {
  const missing = rows.flatMap(({ met }) => filesOf(met)).filter((file) => !existsSync(ROOT + file))

  expect(missing).toEqual([])
})

test('every test that is named is there', () => {
  const traces = rows.flatMap(tracesOf)
  const missing = traces.filter((trace) => {
    if (typeof trace === 'string') return true
    const [, file = '', title = ''] = trace
    return !(existsSync(ROOT + file) && readFileSync(ROOT + file, 'utf8').includes(title))
  })

  expect(traces.length).toBeGreaterThan(100)
  expect(missing.map(String)).toEqual([])
})

test('a state is met with a file and a test, partly with what is missing, or not yet with its issue', () => {
  const wrong = rows.filter((row) => {
    if (row.state === 'met') return filesOf(row.met).length === 0 || tracesOf(row).length === 0
    return !/^(partly: \S|not yet \((#\d+|no issue)\))/.test(row.state)
  })

  expect(wrong).toEqual([])
})
