import type { StepId, Track } from '@mooring/contract/set-up'
import { type AadstsClass, aadstsClass } from '../entra/entra-error.ts'
import { applicationStep } from './tracks.ts'

/** Where a class of trouble is mended. `nowhere`: it passes by itself. */
const STEP_OF: Readonly<Record<AadstsClass, StepId | 'nowhere'>> = {
  credential: 'secret',
  federation: 'secret',
  identity: 'ids',
  cloud: 'ids',
  consent: 'consent',
  // The server's clock, the tenant's policies, and what no setting of the guide can cause.
  clock: 'prerequisites',
  policy: 'prerequisites',
  request: 'prerequisites',
  user: 'prerequisites',
  deviceCode: 'prerequisites',
  loop: 'prerequisites',
  transient: 'nowhere',
}

/** Codes that are mended elsewhere than the rest of their class. */
const EXCEPTIONS: Readonly<Record<string, StepId | 'application'>> = {
  // The application is known, but switched off, or it is a public client.
  AADSTS7000112: 'application',
  AADSTS700025: 'application',
  // The server is set to another cloud than the tenant's; both ids may be right.
  AADSTS500011: 'prerequisites',
}

/**
 * The step in which the reason for a missing token is mended.
 *
 * @param code of the check `token`: one of Entra's, or a network fault.
 * @returns `undefined` for a fault that passes by itself.
 */
export function blamedStep(code: string, track: Track): StepId | undefined {
  const exception = EXCEPTIONS[code]
  if (exception) return exception === 'application' ? applicationStep(track) : exception
  const known = aadstsClass(code)
  // Network faults, and codes that nobody has met yet: the way to Entra itself.
  const step = known ? STEP_OF[known] : 'prerequisites'
  return step === 'nowhere' ? undefined : step
}
