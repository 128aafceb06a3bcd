import { describe, expect, it } from 'vitest'
import { type AccessPolicy, type AccessRequest, decideAccess } from './access-policy.ts'

const now = new Date('2026-11-25T08:00:00Z')
const request: AccessRequest = {
  userId: 'ada',
  groupIds: new Set(['admins']),
  clientId: 'portal',
  contexts: [],
  isDeviceCompliant: false,
  authenticatedAt: new Date(now.getTime() - 60_000),
  hasMfa: false,
  isFresh: false,
  now,
}
const policy = (rest: Partial<AccessPolicy> & Pick<AccessPolicy, 'control'>): AccessPolicy => ({
  id: rest.control,
  name: rest.control,
  ...rest,
})

describe('Conditional Access', () => {
  it('grants where no policy applies', () => {
    expect(decideAccess([], request)).toEqual({ kind: 'granted' })
  })

  it('lets the hardest demand win', () => {
    const policies = [
      policy({ control: 'mfa' }),
      policy({ control: 'compliantDevice' }),
      policy({ control: 'block' }),
    ]

    expect(decideAccess(policies, request).kind).toBe('blocked')
    expect(decideAccess(policies.slice(0, 2), request).kind).toBe('deviceNotCompliant')
    expect(decideAccess(policies.slice(0, 1), request).kind).toBe('needsMfa')
  })

  it.each<[string, Partial<AccessPolicy>, boolean]>([
    ['everybody', {}, true],
    ['this user', { users: ['ada'] }, true],
    ['another user', { users: ['ben'] }, false],
    ['a group of the user', { groups: ['admins'] }, true],
    ['another group', { groups: ['others'] }, false],
    ['everybody but this user', { exceptUsers: ['ada'] }, false],
    ['everybody but a group of the user', { exceptGroups: ['admins'] }, false],
    ['this app', { apps: ['portal'] }, true],
    ['another app', { apps: ['mail'] }, false],
    ['devices that are not compliant', { onDevice: 'notCompliant' }, true],
    ['devices that are compliant', { onDevice: 'compliant' }, false],
    ['a context that is not asked for', { contexts: ['c1'] }, false],
  ])('for %s applies, or does not', (_whom, rest, applies) => {
    const { kind } = decideAccess([policy({ control: 'block', ...rest })], request)

    expect(kind).toBe(applies ? 'blocked' : 'granted')
  })

  it('is content with what has been done', () => {
    const policies = [policy({ control: 'mfa' }), policy({ control: 'compliantDevice' })]

    const decision = decideAccess(policies, { ...request, hasMfa: true, isDeviceCompliant: true })

    expect(decision).toEqual({ kind: 'granted' })
  })

  it('applies a policy for a context only when that is asked for, whatever the app', () => {
    const policies = [policy({ control: 'mfa', contexts: ['c1'], apps: ['mail'] })]

    expect(decideAccess(policies, { ...request, contexts: ['c1'] }).kind).toBe('needsMfa')
    expect(decideAccess(policies, { ...request, contexts: ['c2'] }).kind).toBe('granted')
  })

  it('demands a new sign-in when the last is too old, each time with a frequency of nothing', () => {
    const hourly = [policy({ control: 'allow', signInFrequencyMs: 60_000 })]
    const always = [policy({ control: 'allow', signInFrequencyMs: 0 })]

    expect(decideAccess(hourly, request).kind).toBe('signInTooOld')
    expect(decideAccess(hourly, { ...request, authenticatedAt: now }).kind).toBe('granted')
    expect(decideAccess(always, { ...request, authenticatedAt: now }).kind).toBe('signInTooOld')
    expect(decideAccess(always, { ...request, isFresh: true }).kind).toBe('granted')
  })
})
