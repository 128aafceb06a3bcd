import type { Api } from '../demo/api.ts'
import { ORG, readAll } from './mooring.ts'

type Enrolment = {
  device: { id: string }
  state: string
  certificate: { serialNumber: string; state: string } | null
}
type Attempt = { outcome: string; device: { id: string | null }; steps: { step: string }[] }
type AuditEvent = { object: { id: string | null } | null }

const STEPS = 'terms discovery policies enrolment'

/**
 * Whether everything that was enrolled is in the database, as the API tells it: a device with a valid
 * certificate of its own, an attempt with all its steps, and an event, each.
 *
 * @returns what is wrong.
 */
export async function findMissing(api: Api, expected: number): Promise<string[]> {
  const enrolments = await readAll<Enrolment>(api, `${ORG}/enrolments`)
  const devices = new Set(enrolments.map(({ device }) => device.id))
  const held = enrolments.flatMap(({ state, certificate }) =>
    state === 'enrolled' && certificate?.state === 'valid' ? [certificate.serialNumber] : [],
  )
  const attempts = await readAll<Attempt>(api, `${ORG}/enrolments/attempts`)
  const whole = attempts.filter(
    ({ outcome, device, steps }) =>
      outcome === 'enrolled' &&
      devices.has(device.id ?? '') &&
      steps.map(({ step }) => step).join(' ') === STEPS,
  )
  const events = await readAll<AuditEvent>(api, `${ORG}/audit-events`, 'action=device.enrolled')
  const told = new Set(events.map(({ object }) => object?.id).filter((id) => devices.has(id ?? '')))
  const counts = {
    devices: devices.size,
    'valid certificates': held.length,
    'serial numbers': new Set(held).size,
    'whole attempts': whole.length,
    'devices in the audit log': told.size,
  }
  return Object.entries(counts)
    .filter(([, count]) => count !== expected)
    .map(([what, count]) => `${count} ${what} instead of ${expected}`)
}
