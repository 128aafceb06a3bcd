import { expect, test } from 'vitest'
import { ApiError } from '../api.ts'
import { fieldError, isToldAtFields } from './field-errors.ts'

const problem = {
  type: 'about:blank',
  title: 'Not valid',
  status: 422,
  detail: 'One field is not valid.',
  code: 'invalid',
  remedy: 'Correct it.',
  traceId: 't1',
  errors: [{ path: '/credential/value', message: 'This is the ID.' }],
}
const error = new ApiError({ kind: 'problem', problem })

test('a message is found at its field', () => {
  expect(fieldError(error, 'credential.value')).toBe('This is the ID.')
  expect(fieldError(error, 'tenantId')).toBeUndefined()
})

test('an error whose fields are all on the page needs no notice', () => {
  expect(isToldAtFields(error, ['credential.value', 'tenantId'])).toBe(true)
  expect(isToldAtFields(error, ['tenantId'])).toBe(false)
  expect(isToldAtFields(new Error('other'), ['tenantId'])).toBe(false)
})
