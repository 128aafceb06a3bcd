// `npm test`: check, then unit, then story. A failure does not keep the others from running, so that
// one run tells everything there is to mend.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SCRIPTS = ['check', 'unit', 'story']
/** The same sources are read by hundreds of processes: their compiled form is kept where \`mooring\` keeps it. */
const env = {
  NODE_COMPILE_CACHE: fileURLToPath(
    new URL('../node_modules/.cache/mooring/compiled', import.meta.url),
  ),
  ...process.env,
}

for (const name of SCRIPTS) rmSync(`.reports/${name}.json`, { force: true })
const failed = SCRIPTS.filter((name) => {
  console.log(`\n━━ npm run ${name} ━━`)
  return spawnSync('npm', ['run', '--silent', name], { stdio: 'inherit', env }).status !== 0
})
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.map((name) => `npm run ${name}`).join(', ')}`)
  process.exitCode = 1
}
