/** `26100` and `4349` of `10.0.26100.4349`, of `26100.4349` and of `26100`; of the last, revision 0. */
type Build = { readonly release: number; readonly revision: number }

function readBuild(text: string): Build | undefined {
  const [, release, revision] = /^(?:10\.0\.)?(\d{5})(?:\.(\d{1,5}))?$/.exec(text.trim()) ?? []
  return release === undefined
    ? undefined
    : { release: Number(release), revision: Number(revision ?? 0) }
}

/**
 * Whether a build is one of those that are let in.
 *
 * @param asked.atLeast one for each release that is let in: a release has updates of its own, and those of
 *   one say nothing of another. Releases after the newest of them are let in.
 * @param asked.atMost a release alone means it with all its updates.
 * @returns `null` where the device does not say what it runs.
 */
export function judgeBuild(
  build: string | null,
  asked: { readonly atLeast: readonly string[]; readonly atMost?: string | undefined },
): boolean | null {
  const runs = readBuild(build ?? '')
  if (!runs) return null
  const atMost = asked.atMost === undefined ? undefined : readBuild(asked.atMost)
  if (atMost && isAfter(runs, atMost, asked.atMost?.includes('.') === true)) return false
  const least = asked.atLeast.flatMap((text) => readBuild(text) ?? [])
  const own = least.find(({ release }) => release === runs.release)
  if (own) return runs.revision >= own.revision
  return least.every(({ release }) => runs.release > release)
}

function isAfter(runs: Build, most: Build, countsUpdates: boolean): boolean {
  if (runs.release !== most.release) return runs.release > most.release
  return countsUpdates && runs.revision > most.revision
}
