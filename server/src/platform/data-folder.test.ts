import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { DataFolderError, lockFolder, openPrivateFolder } from './data-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'mooring-folder-'))
afterAll(() => rmSync(root, { recursive: true }))

const MODULE = new URL('./data-folder.ts', import.meta.url).href

/** Another process that takes the folder and holds it. */
async function holder(folder: string): Promise<{ process: ChildProcess; said: string }> {
  const script = `
    import { lockFolder } from ${JSON.stringify(MODULE)}
    try { lockFolder(${JSON.stringify(folder)}); console.log('taken') }
    catch (error) { console.log(error.code) }
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  const [bytes] = await once(child.stdout, 'data')
  return { process: child, said: String(bytes).trim() }
}

async function kill(child: ChildProcess): Promise<void> {
  const isGone = once(child, 'exit')
  child.kill('SIGKILL')
  await isGone
}

test('a folder is for this user alone, also if it was not before', () => {
  const folder = openPrivateFolder(join(root, 'a', 'run'))
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  chmodSync(folder, 0o755)

  openPrivateFolder(folder)

  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('a place where no folder can be made is refused, not waited for', () => {
  expect(() => openPrivateFolder('/proc/mooring/run')).toThrow(/ENOENT/)
})

test('a folder is held by one process at a time, and says by which', () => {
  const folder = openPrivateFolder(join(root, 'b', 'run'))
  {
    using _lock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(DataFolderError)
    expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`)
    expect(() => lockFolder(folder)).toThrow(/Stop it first, or set MOORING_DATA_DIR/)
  }

  using _again = lockFolder(folder)
})

test('a process that was killed holds nothing', async () => {
  const folder = openPrivateFolder(join(root, 'c', 'run'))
  const first = await holder(folder)
  expect(first.said).toBe('taken')
  expect(() => lockFolder(folder)).toThrow(`process ${first.process.pid}`)

  await kill(first.process)

  using _lock = lockFolder(folder)
})

test('of many that start at once, exactly one gets it', async () => {
  const folder = openPrivateFolder(join(root, 'd', 'run'))

  const all = await Promise.all(Array.from({ length: 4 }, () => holder(folder)))

  expect(all.map(({ said }) => said).sort()).toEqual([
    'folderInUse',
    'folderInUse',
    'folderInUse',
    'taken',
  ])
  for (const one of all) await kill(one.process)
}, 60_000)
