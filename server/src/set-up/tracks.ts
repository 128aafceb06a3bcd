import type { StepId, Track } from '@mooring/contract/set-up'

/** The steps of each track, in the order in which they are done. */
export const TRACK_STEPS: Readonly<Record<Track, readonly StepId[]>> = {
  directory: [
    'prerequisites',
    'app-registration',
    'ids',
    'secret',
    'permissions',
    'consent',
    'services',
  ],
  windows: [
    'prerequisites',
    'domain',
    'mdm-application',
    'mdm-urls',
    'ids',
    'application-id-uri',
    'secret',
    'permissions',
    'consent',
    'redirect-uri',
    'services',
  ],
}

/** The step in which a track's application comes into being. */
export const applicationStep = (track: Track): StepId =>
  track === 'windows' ? 'mdm-application' : 'app-registration'

/**
 * Steps that, at some time at least, cannot be seen from here, so that a person may mark them as
 * done. The others are done when the connection shows it, and not before.
 */
export const MARKABLE: ReadonlySet<StepId> = new Set<StepId>([
  'prerequisites',
  'domain',
  'mdm-application',
  'app-registration',
  'mdm-urls',
  'application-id-uri',
  'permissions',
  'redirect-uri',
])
