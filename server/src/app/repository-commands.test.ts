import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = 'server/src'

test('only commands of a checkout start a program, and nothing starts a shell', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => ({ name, text: readFileSync(join(SOURCE, name), 'utf8') }))
    .filter(({ text }) => /child_process|worker_threads|node:cluster/.test(text))

  expect(files.map(({ name }) => name)).toEqual([join('app', 'repository-commands.ts')])
  expect(files.map(({ text }) => text).join()).not.toMatch(/\bshell:|\bexec(?:File)?(?:Sync)?\(/)
})
