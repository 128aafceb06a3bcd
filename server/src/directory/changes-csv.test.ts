import type { DirectoryChange } from '@mooring/contract/directory'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toCsv } from './changes-csv.ts'

const change = (more: Partial<DirectoryChange> = {}): DirectoryChange => ({
  number: 7,
  at: '2026-11-25T08:00:00.000Z',
  run: 'run_a',
  object: 'user',
  change: 'updated',
  entraId: '11111111-1111-4111-8111-111111111111',
  id: 'usr_a',
  name: 'Ada',
  member: null,
  reason: null,
  fields: [],
  ...more,
})

async function* inChunks(...chunks: DirectoryChange[][]) {
  yield* chunks
}

async function write(...chunks: DirectoryChange[][]): Promise<string> {
  let text = ''
  for await (const part of toCsv(inChunks(...chunks))) text += part
  return text
}

/** The cells of every line after the first, as RFC 4180 has them. */
function read(csv: string): string[][] {
  const rows: string[][] = [[]]
  const cells = csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(1, -1)
}

test('begins with a byte order mark and the names of the columns', async () => {
  expect(await write()).toBe(
    '\ufeffnumber,at,object,change,reason,entraId,name,memberKind,memberEntraId,memberName,field,before,after\r\n',
  )
})

test('has a line for each field, and one for an object of which no field changed', async () => {
  const fields = [
    { name: 'department', before: null, after: 'Sales' },
    { name: 'jobTitle', before: 'Clerk', after: null },
  ]
  const member = { kind: 'user', entraId: 'b', id: null, name: 'Bob' } as const

  const rows = read(
    await write(
      [change({ fields })],
      [change({ object: 'membership', change: 'added', member, name: 'Staff' })],
    ),
  )

  expect(rows.map((row) => row.slice(6))).toEqual([
    ['Ada', '', '', '', 'department', '', 'Sales'],
    ['Ada', '', '', '', 'jobTitle', 'Clerk', ''],
    ['Staff', 'user', 'b', 'Bob', '', '', ''],
  ])
})

test.each(['=1+1', '+49 30', '-1', '@SUM(A1)', '\tx', '\rx'])(
  'a spreadsheet does not calculate with %j',
  async (name) => {
    const [row] = read(await write([change({ name })]))

    expect(row?.[6]).toBe(`'${name}`)
  },
)

test('every text comes out as it went in', async () => {
  const text = fc.string({ unit: 'grapheme' }).filter((name) => !/^[=+\-@\t\r]/.test(name))
  await fc.assert(
    fc.asyncProperty(text, text, async (name, after) => {
      const fields = [{ name: 'department', before: null, after }]

      const rows = read(await write([change({ name, fields })]))

      expect(rows.map((row) => [row.length, row[6], row[12]])).toEqual([[13, name, after]])
    }),
  )
})
