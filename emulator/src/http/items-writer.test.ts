import { describe, expect, it } from 'vitest'
import { ItemsWriter } from './items-writer.ts'

const finish = (items: ItemsWriter) => items.finish('[', ']').toString('utf8')

describe('the writer of items', () => {
  it('puts commas between items, counts them, and grows as needed', () => {
    const items = new ItemsWriter()
    const long = 'x'.repeat(200_000)

    for (const name of ['Łódź', long]) {
      items.begin()
      items.ascii('"name":"')
      items.bytes(Buffer.from(name))
      items.ascii('"')
      items.end()
    }

    expect(items.count).toBe(2)
    expect(JSON.parse(finish(items))).toEqual([{ name: 'Łódź' }, { name: long }])
  })

  it('does not disturb another one', () => {
    const [first, second] = [new ItemsWriter(), new ItemsWriter()]
    for (const [items, text] of [
      [first, '"a":1'],
      [second, '"b":2'],
    ] as const) {
      items.begin()
      items.ascii(text)
      items.end()
    }
    const ended = first.finish('[', ']')
    const third = new ItemsWriter()
    third.begin()
    third.ascii('"c":3')
    third.end()

    expect([ended.toString('utf8'), finish(second), finish(third)]).toEqual([
      '[{"a":1}]',
      '[{"b":2}]',
      '[{"c":3}]',
    ])
  })
})
