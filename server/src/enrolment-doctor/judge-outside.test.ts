import { describe, expect, test } from 'vitest'
import { writeDiscoverResponse } from '../formats/enrolment/discover.ts'
import { writePolicies } from '../formats/enrolment/policies.ts'
import { writeFault } from '../formats/soap/fault.ts'
import type { Handshake } from '../platform/http/outside-call.ts'
import {
  judgeDiscovery,
  judgeEnrolment,
  judgeFailure,
  judgeHandshake,
  judgePolicy,
  judgeProbe,
  judgeTerms,
  judgeTermsToken,
} from './judge-outside.ts'

const NOW = new Date('2026-11-25T08:00:00Z')
const ORIGIN = 'https://mdm.example.org'
const RETURN = 'ms-appx-web://Microsoft.AAD.BrokerPlugin'
const IDS = { relatesTo: undefined, activityId: '6af60e7e-1234-4321-8018-0014aabbccdd' }

const answer = (status: number, text = '', headers: Record<string, string> = {}) => ({
  kind: 'answer' as const,
  status,
  headers,
  body: Buffer.from(text),
})
const discovered = (origin: string) =>
  writeDiscoverResponse({
    ...IDS,
    version: '4.0',
    policyUrl: `${origin}/p`,
    enrolmentUrl: `${origin}/e`,
    signInUrl: `${origin}/s`,
  })
const fault = (code: 's:CertificateRequest' | 's:Authentication') =>
  writeFault({ code, message: 'no' }, { ...IDS, action: 'requestTokenResponse' })

describe('a certificate', () => {
  const shaken = (more: Partial<Extract<Handshake, { kind: 'shaken' }>>): Handshake => ({
    kind: 'shaken',
    distrust: undefined,
    protocol: 'TLSv1.3',
    subject: 'mdm.example.org',
    issuer: 'Some CA',
    notAfter: new Date('2027-02-01T00:00:00Z'),
    isPublicRoot: true,
    ...more,
  })
  test.each([
    ['is good', {}, 'passed', 'trusted'],
    ['ends soon', { notAfter: new Date('2026-12-01T00:00:00Z') }, 'warning', 'trustedSoonEnds'],
    ['has ended', { distrust: 'CERT_HAS_EXPIRED' }, 'failed', 'certificateEnded'],
    ['is another’s', { distrust: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'failed', 'nameWrong'],
    [
      'lacks its chain',
      { distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      'failed',
      'chainIncomplete',
    ],
    ['vouches for itself', { distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'failed', 'rootUnknown'],
    ['is of a private root', { isPublicRoot: false }, 'warning', 'rootPrivate'],
    ['comes with old TLS', { protocol: 'TLSv1.1' }, 'failed', 'tlsOld'],
  ])('that %s', (_what, more, state, code) => {
    expect(judgeHandshake('mdm.example.org', shaken(more), NOW)).toMatchObject({ state, code })
  })
})

test.each([
  ['TIMEOUT', 'timedOut'],
  ['ENOTFOUND', 'nameUnknown'],
  ['EAI_AGAIN', 'nameServerSilent'],
  ['ECONNREFUSED', 'unreachable'],
  ['EADDRESSREFUSED', 'addressPrivate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tlsFailed'],
  ['ECONNRESET', 'connectionLost'],
])('%s is told as %s', (found, code) => {
  expect(judgeFailure('mdm.example.org', found)).toMatchObject({ state: 'failed', code })
})

test('Windows’ first look wants 200 and no redirect', () => {
  expect(judgeProbe(answer(200))).toMatchObject({ state: 'passed' })
  expect(judgeProbe(answer(200, '<html>'))).toMatchObject({ state: 'warning', code: 'probedPage' })
  expect(judgeProbe(answer(302, '', { location: 'https://login.example' }))).toMatchObject({
    code: 'redirected',
    values: { location: 'https://login.example' },
  })
  expect(judgeProbe(answer(403))).toMatchObject({ code: 'statusWrong', values: { status: 403 } })
})

test('the discovery must name this server, whole and in one piece', () => {
  const good = discovered(ORIGIN)

  expect(judgeDiscovery(answer(200, good), ORIGIN)).toEqual({ state: 'passed', code: 'discovered' })
  expect(judgeDiscovery(answer(200, discovered('https://other.example')), ORIGIN)).toMatchObject({
    code: 'leadsElsewhere',
    values: { host: 'other.example' },
  })
  const chunked = answer(200, good, { 'transfer-encoding': 'chunked' })
  expect(judgeDiscovery(chunked, ORIGIN)).toMatchObject({ state: 'failed', code: 'chunked' })
  const compressed = answer(200, good, { 'content-encoding': 'gzip' })
  expect(judgeDiscovery(compressed, ORIGIN)).toMatchObject({ code: 'compressed' })
  expect(judgeDiscovery(answer(200, '<html>blocked</html>'), ORIGIN)).toMatchObject({
    code: 'notSoap',
  })
})

test('the terms must lead back to Windows, and differ once a token is shown', () => {
  const back = (words: string) =>
    answer(302, '', { location: `${RETURN}?error=unauthorized_client&error_description=${words}` })

  expect(judgeTerms(back('no%20token'), RETURN)).toMatchObject({ state: 'passed' })
  expect(judgeTerms(answer(404), RETURN)).toMatchObject({ code: 'termsOther' })
  expect(judgeTerms(answer(302, '', { location: '/login' }), RETURN)).toMatchObject({
    code: 'redirected',
  })
  expect(judgeTermsToken(back('unreadable'), back('no%20token'), RETURN)).toMatchObject({
    state: 'passed',
  })
  expect(judgeTermsToken(back('no%20token'), back('no%20token'), RETURN)).toMatchObject({
    state: 'failed',
    code: 'tokenLost',
  })
})

test('the policy must be one', () => {
  const given = writePolicies({
    ...IDS,
    commonName: 'Mooring',
    validitySeconds: 1000,
    renewalSeconds: 500,
  })

  expect(judgePolicy(answer(200, given))).toMatchObject({ state: 'passed' })
  expect(judgePolicy(answer(500, fault('s:Authentication')))).toMatchObject({
    code: 'refused',
    values: { subcode: 'Authentication' },
  })
})

test('the unusable request must be refused for what it is, with a status that Windows reads', () => {
  const expected = fault('s:CertificateRequest')

  expect(judgeEnrolment(answer(500, expected))).toMatchObject({ state: 'passed' })
  expect(judgeEnrolment(answer(200, expected))).toMatchObject({ code: 'faultChanged' })
  expect(judgeEnrolment(answer(502, '<html>'))).toMatchObject({ code: 'faultChanged' })
  expect(judgeEnrolment(answer(500, fault('s:Authentication')))).toMatchObject({ code: 'refused' })
})
