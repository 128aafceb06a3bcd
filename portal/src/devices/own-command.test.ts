import { expect, test } from 'vitest'
import { newOperation, ownCommand } from './own-command.ts'

test('what takes no value sends none, whatever was typed before', () => {
  const uri = ' ./Device/Vendor/MSFT/DMClient '

  expect(ownCommand([{ ...newOperation(1), uri, data: '1', format: 'int' }], false)).toEqual({
    kind: 'syncml',
    atomic: false,
    operations: [{ verb: 'Get', uri: uri.trim() }],
  })
})

test('a value goes with its format, as it was typed', () => {
  const draft = { ...newOperation(1), uri: './Device/a', data: ' 1 ', format: 'chr' } as const

  expect(ownCommand([{ ...draft, verb: 'Replace' }], true)).toMatchObject({
    atomic: true,
    operations: [{ verb: 'Replace', uri: './Device/a', format: 'chr', data: ' 1 ' }],
  })
})
