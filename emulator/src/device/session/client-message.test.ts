import { expect, test } from 'vitest'
import { type Part, writeMessage } from './client-message.ts'
import { md5Credentials } from './credentials.ts'
import { readSyncmlXml, textOf } from './xml.ts'

const header = {
  sessionId: '1',
  msgId: 2,
  target: 'https://x.example/?a=1&b=2',
  source: 'ABC',
  credentials: '',
  maxMsgSize: undefined,
  maxObjSize: undefined,
}
const results = (data: string): Part => ({
  kind: 'results',
  msgRef: '1',
  cmdRef: '5',
  items: [{ source: './x', format: 'chr', data }],
})
const status: Part = { kind: 'status', msgRef: '1', cmdRef: '0', command: 'SyncHdr', status: 200 }

test('a long value goes in pieces that make it whole again', () => {
  const value = 'ä<&€😀'.repeat(2_000)
  let rest: readonly Part[] = [status, results(value), status]
  const pieces: string[] = []
  const sizes: (string | undefined)[] = []
  let finals = 0

  for (let turn = 0; rest.length > 0 && turn < 50; turn++) {
    const message = writeMessage(header, turn === 0 ? rest : [status, ...rest], 8_000)
    rest = message.rest
    expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(8_000)
    const body = readSyncmlXml(message.text).children[1]
    if (body?.children.at(-1)?.name === 'Final') finals++
    const item = body?.children.find(({ name }) => name === 'Results')?.children.at(-1)
    if (!item) continue
    pieces.push(item.children.find(({ name }) => name === 'Data')?.text ?? '')
    sizes.push(
      textOf(
        item.children.find(({ name }) => name === 'Meta'),
        'Size',
      ),
    )
    expect(item.children.some(({ name }) => name === 'MoreData')).toBe(
      Buffer.byteLength(pieces.join('')) < Buffer.byteLength(value),
    )
  }

  expect(pieces.length).toBeGreaterThan(3)
  expect(pieces.join('')).toBe(value)
  expect(sizes).toEqual([String(Buffer.byteLength(value)), ...pieces.slice(1).map(() => undefined)])
  expect(finals).toBe(1)
})

test('credentials are made as the specification reckons', () => {
  const nonce = Buffer.from('nonce').toString('base64')

  expect(md5Credentials('dummy', 'dummy', nonce)).toBe('tUtL9qTcnoMqyPx3vgpNAQ==')
})
