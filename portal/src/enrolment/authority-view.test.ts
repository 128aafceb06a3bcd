import type { CertificateAuthority } from '@mooring/contract/certificates'
import { expect, test } from 'vitest'
import { sortAuthorities, validityOf } from './authority-view.ts'

const authority = (patch: Partial<CertificateAuthority>): CertificateAuthority => ({
  id: 'cau_1',
  state: 'active',
  source: 'own',
  key: 'RSA 2048',
  subject: 'CN=Mooring',
  fingerprint: 'ab',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2036-01-01T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  activatedAt: null,
  retiredAt: null,
  certificate: '',
  root: null,
  revocationListUrl: 'https://mdm.example.org/crl/cau_1',
  validCertificates: 0,
  ...patch,
})
const at = (instant: string) => validityOf(authority({}), Date.parse(instant))

test('an authority is in order until its end comes within reach of what it issues', () => {
  expect(at('2026-03-01T00:00:00Z').tone).toBe('ok')
  expect(at('2035-06-01T00:00:00Z')).toMatchObject({ tone: 'attention', left: 214 })
  expect(at('2036-02-01T00:00:00Z')).toMatchObject({ tone: 'wrong', left: 0 })
})

test('of several authorities one issues, one waits, and the others are kept', () => {
  const items = [
    authority({ id: 'cau_3', state: 'next' }),
    authority({ id: 'cau_2' }),
    authority({ id: 'cau_1', state: 'retired' }),
  ]

  const { active, next, retired } = sortAuthorities(items)

  expect([active?.id, next?.id, retired.map(({ id }) => id)]).toEqual(['cau_2', 'cau_3', ['cau_1']])
})
