import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addUp } from './add-up-reports.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mooring-reports-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(content))
const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
})
const run = (success: boolean, ...testResults: unknown[]) => ({ success, testResults })

test('passed and failed tests of all runs are added up', () => {
  write('check', [{ ok: true }])
  write('unit', run(false, file('failed', 'passed', 'failed'), file('passed', 'passed', 'skipped')))
  write('story', run(true, file('passed', 'passed')))

  expect(addUp(folder, 1)).toEqual({ passed: 3, failed: 1 })
})

test('each failed step of the check counts as failed', () => {
  write('check', [{ ok: true }, { ok: false }, { ok: false }])
  write('unit', run(true, file('passed', 'passed')))
  write('story', run(true, file('passed', 'passed')))

  expect(addUp(folder, 1)).toEqual({ passed: 2, failed: 2 })
})

test('a file that could not be loaded counts as failed', () => {
  write('unit', run(false, file('failed'), file('passed', 'passed')))
  write('story', run(true, file('passed', 'passed')))

  expect(addUp(folder, 1)).toEqual({ passed: 2, failed: 1 })
})

test('an error outside of any test counts as failed', () => {
  write('unit', run(false, file('passed', 'passed')))
  write('story', run(true, file('passed', 'passed')))

  expect(addUp(folder, 1)).toEqual({ passed: 2, failed: 1 })
})

test('a run without a report, with half a report or without a test counts as failed', () => {
  expect(addUp(folder, 0)).toEqual({ passed: 0, failed: 2 })

  writeFileSync(join(folder, 'unit.json'), '{"success":tr')
  write('story', run(true))
  expect(addUp(folder, 0)).toEqual({ passed: 0, failed: 2 })
})

test('a command that failed without a word counts as failed', () => {
  write('unit', run(true, file('passed', 'passed')))
  write('story', run(true, file('passed', 'passed')))

  expect(addUp(folder, 137)).toEqual({ passed: 2, failed: 1 })
})
