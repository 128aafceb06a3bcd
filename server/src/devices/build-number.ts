// A build as one number, so that 26100.900 comes before 26100.4349. Versions before 10 had other numbers
// and cannot be managed.

const PARTS = /^(?:(\d{1,2})\.(\d{1,2})\.)?(\d{1,5})(?:\.(\d{1,5}))?$/
const UPDATES = 100_000
const BUILDS = 100_000
const MINORS = 100

/** `10.0.26100.4349`, or without its beginning or end, as a number that sorts; undefined: it is no build. */
export function buildNumber(build: string): number | undefined {
  const found = PARTS.exec(build.trim())
  if (!found) return undefined
  const [, major = '10', minor = '0', number = '0', update = '0'] = found
  return (
    ((Number(major) * MINORS + Number(minor)) * BUILDS + Number(number)) * UPDATES + Number(update)
  )
}

/** The last one that is still of this build: all its updates, where none is named. */
export function lastOfBuild(build: string): number | undefined {
  const number = buildNumber(build)
  if (number === undefined) return undefined
  const namesUpdate = build.split('.').length % 2 === 0
  return namesUpdate ? number : number + UPDATES - 1
}
