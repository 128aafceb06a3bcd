import { NewCommand } from '@mooring/contract/management'
import { expect, test } from 'vitest'
import { ACTS, commandOf } from './device-acts.ts'

test.each(ACTS)('%s is a command that the server takes', (act) => {
  const command = commandOf(act, ' PC-17 ')

  expect(NewCommand.parse(command)).toEqual(command)
})

test('the two scans differ in how much they look at', () => {
  expect(commandOf('quickScan', '')).toEqual({ kind: 'defenderScan', full: false })
  expect(commandOf('fullScan', '')).toEqual({ kind: 'defenderScan', full: true })
})
