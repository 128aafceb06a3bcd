// The last line of `.ci/run`: "N passed, N failed", from the reports of one `npm test`. Plain
// JavaScript, because it must also speak when `npm ci` failed and only an older Node is there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const RUNS = ['unit', 'story']

/**
 * @param {string} folder of the reports
 * @param {number} exitCode of the test command
 * @returns {{ passed: number, failed: number }} tests that passed; tests, files, check steps and
 *   whole runs that failed. `failed` is 0 only if everything ran and the command said so, too.
 */
export function addUp(folder, exitCode) {
  const total = { passed: 0, failed: 0 }
  for (const step of read(folder, 'check') ?? []) if (!step.ok) total.failed += 1
  for (const run of RUNS) {
    const report = read(folder, run)
    const { passed, failed } = report ? countRun(report) : { passed: 0, failed: 1 }
    total.passed += passed
    total.failed += failed
  }
  // Something went wrong that no report tells of: an install, a build, a report that was not written.
  if (exitCode !== 0 && total.failed === 0) total.failed = 1
  return total
}

function countRun(report) {
  const count = { passed: 0, failed: 0 }
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed').length
    count.passed += file.assertionResults.filter(({ status }) => status === 'passed').length
    // A file that could not be loaded, or whose hooks failed, has no failed test of its own.
    count.failed += failed === 0 && file.status === 'failed' ? 1 : failed
  }
  const isBad = !report.success || count.passed + count.failed === 0
  if (isBad && count.failed === 0) count.failed = 1
  return count
}

function read(folder, name) {
  const file = join(folder, `${name}.json`)
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // half a report is no report
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , folder = '.reports', exitCode = '1'] = process.argv
  const { passed, failed } = addUp(folder, Number(exitCode))
  process.exitCode = failed === 0 ? 0 : 1
  console.log(`${passed} passed, ${failed} failed`)
}
