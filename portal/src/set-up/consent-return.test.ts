import { expect, test } from 'vitest'
import { readConsentReturn } from './consent-return.ts'

test('granted consent leads back to its organization', () => {
  const search = { admin_consent: 'True', tenant: 't', state: 'consent.north-school' }

  expect(readConsentReturn(search)).toEqual({ org: 'north-school', outcome: 'granted' })
})

test('an error is a refusal, even beside a grant', () => {
  const search = { admin_consent: 'True', error: 'access_denied', state: 'consent.default' }

  expect(readConsentReturn(search)).toEqual({ org: 'default', outcome: 'refused' })
})

test.each([{}, { state: 'other' }, { state: 'consent.../x', admin_consent: 'True' }])(
  '%j is no return from consent',
  (search) => {
    expect(readConsentReturn(search)).toBeUndefined()
  },
)
