import { describe, expect, test } from 'vitest'
import { userObjectId } from '../entra/ids.ts'
import { DEFAULT_RULES } from './decide-enrolment.ts'
import { type Applicant, judgeTogether } from './judge-together.ts'

const guid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const [ADA, BEN] = [guid(1), guid(2)]

/** Somebody's device, by the default rules unless said otherwise. */
function applicant(device: number, person: string, more: Partial<Given> = {}): Applicant {
  const { hardware = `hw ${device}`, cap = 20, beside = [], isUsed = false } = more
  // Only what the judge looks at; the rest of a wish is what is written.
  const wish = {
    bearer: {
      rules: { ...DEFAULT_RULES, devicesPerPerson: cap },
      person: undefined,
      proof: { kind: 'entra', claims: { oid: userObjectId(person), deviceId: guid(device) } },
    },
    facts: { hardwareId: hardware, scope: 'device' },
    receipt: { join: true },
  } as unknown as Applicant['wish']
  return { wish, beside, isUsed }
}
type Given = {
  hardware: string
  cap: number
  beside: Applicant['beside']
  isUsed: boolean
}
const row = (device: number, owner: string, hardware = `hw ${device}`) => ({
  id: `dev_${device}`,
  state: 'enrolled' as const,
  entra_device_id: guid(device),
  hardware_id: hardware,
  user_entra_id: owner,
  counts: true,
})
const kinds = (applicants: readonly Applicant[]) =>
  judgeTogether(applicants).map((verdict) =>
    verdict.kind === 'refused' ? verdict.refusal : verdict.kind,
  )

describe('of those who ask at the same time', () => {
  test('new devices of different people are enrolled together', () => {
    expect(kinds([applicant(11, ADA), applicant(12, BEN)])).toEqual(['new', 'new'])
  })

  test('those before count for the limit of those behind, of the same person only', () => {
    const asked = [11, 12, 13].map((device) => applicant(device, ADA, { cap: 2 }))

    expect(kinds([...asked, applicant(14, BEN, { cap: 2 })])).toEqual([
      'new',
      'new',
      'deviceCapReached',
      'new',
    ])
  })

  test('what is enrolled already counts besides', () => {
    const beside = [row(1, ADA)]
    const asked = [11, 12].map((device) => applicant(device, ADA, { cap: 2, beside }))

    expect(kinds(asked)).toEqual(['new', 'deviceCapReached'])
  })

  test('whoever was here before, or whose token was used, is looked at alone', () => {
    const again = applicant(11, ADA, { beside: [row(11, ADA)] })

    expect(kinds([again, applicant(12, BEN, { isUsed: true })])).toEqual(['alone', 'alone'])
  })

  test('the same device a second time is looked at alone, whatever came of the first', () => {
    const refused = applicant(12, BEN, { cap: 0 })

    expect(kinds([applicant(11, ADA), applicant(11, BEN), refused, refused])).toEqual([
      'new',
      'alone',
      'deviceCapReached',
      'alone',
    ])
  })

  test('the device of somebody else is refused, and holds up nobody', () => {
    const taken = applicant(11, ADA, { beside: [row(11, BEN)] })

    expect(kinds([taken, applicant(12, ADA)])).toEqual(['deviceOfAnotherUser', 'new'])
  })

  test('a clone of a device is new', () => {
    const clone = applicant(11, ADA, { hardware: 'another', beside: [row(11, ADA)] })

    expect(kinds([clone])).toEqual(['new'])
  })
})
