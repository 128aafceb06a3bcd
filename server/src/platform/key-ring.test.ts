import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { MasterKeyError, readKeyFile, readOrMakeKeyFile } from './key-ring.ts'
import { newMasterKey } from './seal.ts'

const folder = mkdtempSync(join(tmpdir(), 'mooring-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

const line = () => Buffer.from(newMasterKey().bytes).toString('base64')
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

test('a missing key is made once, for this user alone', () => {
  const path = join(folder, 'keys', 'master.key')

  const made = readOrMakeKeyFile(path)
  const again = readOrMakeKeyFile(path)

  expect(again.current.id).toBe(made.current.id)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
  expect(Buffer.from(readFileSync(path, 'utf8'), 'base64')).toHaveLength(32)
})

test('the first of several keys is the current one; comments and blanks are skipped', () => {
  const ring = readKeyFile(file('two', `# made by hand\n${line()}\n\n  ${line()}\r\n`))

  expect(ring.all).toHaveLength(2)
  expect(ring.find(ring.all[1]?.id ?? '')).toBe(ring.all[1])
  expect(ring.current).toBe(ring.all[0])
})

test.each([
  ['empty', ''],
  ['short', Buffer.alloc(31).toString('base64')],
  ['long', Buffer.alloc(33).toString('base64')],
  ['not base64', 'correct horse battery staple, correct horse'],
  ['raw bytes', Buffer.alloc(32, 200).toString('latin1')],
])('a key that is %s is refused with what to do', (name, text) => {
  expect(() => readKeyFile(file(`bad ${name}`, text))).toThrow(/openssl rand -base64 32/)
})

test('a key that everybody on the machine can read is refused', () => {
  const path = file('open', line())
  chmodSync(path, 0o644)

  expect(() => readKeyFile(path)).toThrow(`chmod 600 ${path}`)
})

test('a file that is not there is told by name', () => {
  expect(() => readKeyFile(join(folder, 'nothing'))).toThrow(MasterKeyError)
  expect(() => readKeyFile(join(folder, 'nothing'))).toThrow(/MOORING_MASTER_KEY_FILE/)
})
