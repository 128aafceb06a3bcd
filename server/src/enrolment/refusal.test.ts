import { expect, test } from 'vitest'
import { ENROLMENT_TOKEN_REFUSALS } from '../entra/enrolment-token.ts'
import { enrolmentTexts } from './index.ts'
import { errorCodeOf, faultOf, REFUSALS, type Refusal, termsErrorOf } from './refusal.ts'

const ALL = Object.keys(REFUSALS) as Refusal[]

test('each refusal has its cause and its cure in both languages', () => {
  for (const texts of [enrolmentTexts.en, enrolmentTexts.de] as Record<string, string>[]) {
    for (const refusal of ALL) {
      expect(texts[`enrolment.${refusal}.cause`], refusal).toMatch(/\.$/)
      expect(texts[`enrolment.${refusal}.remedy`], refusal).toMatch(/\.$/)
    }
  }
})

test('Windows shows the code of the table for each', () => {
  expect(errorCodeOf('deviceCapReached')).toBe('0x80180013')
  expect(errorCodeOf('receiptForged')).toBe('0x80180019')
  expect(errorCodeOf('renewalRevoked')).toBe('0x80180016')
  expect(errorCodeOf('tenantUnknown')).toBe('0x80180003')
  expect(errorCodeOf('messageUnreadable')).toBe('0x80180001')
  for (const refusal of ALL) expect(errorCodeOf(refusal)).toMatch(/^0x801800[0-3][0-9A-F]$/)
})

test('a bad token is told as such, and not in which way it is bad beyond one word', () => {
  for (const refusal of ENROLMENT_TOKEN_REFUSALS) {
    expect(faultOf(refusal).code).toBe('s:Authentication')
    expect(termsErrorOf(refusal)).toBe('unauthorized_client')
  }
})
