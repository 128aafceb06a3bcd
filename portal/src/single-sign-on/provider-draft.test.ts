import { ProviderInput } from '@mooring/contract/single-sign-on'
import { describe, expect, test } from 'vitest'
import { fieldPaths, isChanged, toDraft, toInput } from './provider-draft.ts'

const ENTRA = {
  kind: 'entra',
  enabled: false,
  label: 'Microsoft',
  createUnknownUsers: false,
  registration: { kind: 'connection' },
  stepUpContext: null,
} as const
const MANUAL = {
  kind: 'openid',
  enabled: true,
  label: 'School login',
  createUnknownUsers: true,
  clientId: 'mooring',
  endpoints: {
    kind: 'manual',
    issuer: 'https://id.example.org',
    authorizationUrl: 'https://id.example.org/authorize',
    tokenUrl: 'https://id.example.org/token',
    jwksUrl: 'https://id.example.org/keys',
    endSessionUrl: 'https://id.example.org/end',
  },
  scopes: ['openid', 'profile'],
  userNameAttribute: { claim: 'upn', field: 'userPrincipalName' },
} as const

describe('a provider as a draft and back', () => {
  test.each([
    ['the registration of the connection', ENTRA],
    [
      'a registration of its own',
      {
        ...ENTRA,
        registration: { kind: 'own', clientId: '11111111-1111-1111-1111-111111111111' },
        stepUpContext: 'c1',
      },
    ],
    ['another provider by hand', MANUAL],
    [
      'another provider by discovery',
      { ...MANUAL, endpoints: { kind: 'discovery', url: 'https://id.example.org' } },
    ],
  ] as const)('is the same: %s', (_, settings) => {
    const draft = toDraft({ settings: structuredClone(settings) as never })
    const input = toInput(draft, settings.enabled)
    expect(input).toEqual(settings)
    expect(ProviderInput.safeParse(input).error).toBeUndefined()
  })
})

test('a secret that was not typed is not sent, so that the one that is kept stays', () => {
  const settings = structuredClone(MANUAL) as never
  expect(toInput(toDraft({ settings }), true)).not.toHaveProperty('clientSecret')
  expect(toInput({ ...toDraft({ settings }), clientSecret: 'new' }, true)).toHaveProperty(
    'clientSecret',
    'new',
  )
})

test('what is typed for another choice is not sent', () => {
  const draft = { ...toDraft({ settings: structuredClone(ENTRA) }), clientId: 'x', claim: 'y' }
  expect(toInput(draft, true)).toEqual({ ...ENTRA, enabled: true })
})

test('only what counts makes a draft changed', () => {
  const provider = { settings: structuredClone(ENTRA) }
  const draft = toDraft(provider)
  expect(isChanged(draft, provider)).toBe(false)
  expect(isChanged({ ...draft, discoveryUrl: 'https://elsewhere.example' }, provider)).toBe(false)
  expect(isChanged({ ...draft, label: 'Entra' }, provider)).toBe(true)
})

test('errors are told at the fields that are on the page', () => {
  const draft = toDraft({ settings: structuredClone(MANUAL) as never })
  expect(fieldPaths(draft)).toContain('endpoints.tokenUrl')
  expect(fieldPaths({ ...draft, discovers: true })).not.toContain('endpoints.tokenUrl')
})
