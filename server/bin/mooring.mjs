#!/usr/bin/env node
// Starts Mooring on the Node.js that npm installed, whichever one runs this file.
import { spawn } from 'node:child_process'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const args = process.argv.slice(2)

// Left to itself, V8 keeps garbage by the hundred megabytes where the machine has many gigabytes. 8 MiB
// for what is new; and a heap that may grow to 1 GiB is tidied before it has doubled.
const heap = ['--max-semi-space-size=8', '--max-old-space-size=1024']
const options = args[0] === 'serve' ? heap : []

// Reading all of the source takes seconds of the processor, and a third of that the second time. Beside the
// packages: whoever can write there can change Mooring anyway, which is not so in a folder for everybody.
const cache = fileURLToPath(new URL('../../node_modules/.cache/mooring/compiled', import.meta.url))
const env = { NODE_COMPILE_CACHE: cache, ...process.env }

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // In place of this process, so that signals and the exit code need no hands; Windows cannot do it.
  if (options.length > 0 && process.platform !== 'win32') {
    process.execve(process.execPath, [process.execPath, ...options, main, ...args], env)
  }
  module.enableCompileCache(env.NODE_COMPILE_CACHE)
  await import(main)
} else {
  const node = dirname(createRequire(import.meta.url).resolve('node/package.json'))
  const child = spawn(join(node, 'bin', 'node'), [...options, main, ...args], {
    stdio: 'inherit',
    env,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0)
  })
}
