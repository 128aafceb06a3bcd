// Files that are generated and checked in must be what their script writes today.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const GENERATED = [
  { file: 'server/schema.sql', script: 'tools/dump-schema.ts' },
  { file: 'contract/openapi.json', script: 'tools/write-openapi.ts' },
  { file: 'docs/permissions.md', script: 'tools/write-permissions.ts' },
  { file: 'docs/guides/settings.md', script: 'tools/write-settings-guide.ts' },
]

for (const { file, script } of GENERATED) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  const { status, stderr } = spawnSync('node', [script], { encoding: 'utf8' })
  const after = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  if (before === undefined) rmSync(file, { force: true })
  else if (after !== before) writeFileSync(file, before)

  if (status !== 0) complain(`${script} failed:\n${stderr}`)
  else if (after !== before) complain(`${file} is out of date. Run "node ${script}" and commit it.`)
}

function complain(sentence: string): void {
  console.error(sentence)
  process.exitCode = 1
}
