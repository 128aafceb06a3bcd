import { describe, expect, test } from 'vitest'
import type { OutsideAnswer } from '../platform/http/outside-call.ts'
import {
  isChannel,
  readWnsAnswer,
  readWnsToken,
  wnsNotification,
  wnsPlace,
  wnsTokenRequest,
} from './wns.ts'

const NOW = new Date('2026-11-02T08:00:00Z')
const MICROSOFT = wnsPlace(undefined)
const answer = (
  status: number,
  headers: Record<string, string> = {},
  body = '',
): OutsideAnswer => ({ kind: 'answer', status, headers, body: Buffer.from(body) })

describe('a channel', () => {
  test.each([
    'https://db5p.notify.windows.com/?token=AwYAAABq%2fHmb',
    'https://wns2-by3p.notify.windows.com/?token=x',
  ])('of Microsoft is called: %s', (uri) => {
    expect(isChannel(uri, MICROSOFT)).toBe(true)
  })

  test.each([
    'http://db5p.notify.windows.com/?token=x',
    'https://notify.windows.com/?token=x',
    'https://.notify.windows.com/',
    'https://evil.example/?x=.notify.windows.com',
    'https://notify.windows.com.evil.example/',
    'https://evilnotify.windows.com/',
    'https://db5p.notify.windows.com:8443/',
    'https://user@db5p.notify.windows.com/',
    'https://db5p.notify.windows.com@evil.example/',
    'https://db5p.notify.windows.com\\@evil.example/',
    'https://169.254.169.254/',
    'https://[::1]/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'nothing',
    '',
    `https://db5p.notify.windows.com/?token=${'x'.repeat(3000)}`,
  ])('of anybody else is not: %s', (uri) => {
    expect(isChannel(uri, MICROSOFT)).toBe(false)
  })

  test('of a stand-in is called there and nowhere else', () => {
    const place = wnsPlace('http://localhost:9000')
    expect(isChannel('http://localhost:9000/?token=x', place)).toBe(true)
    expect(isChannel('http://localhost:9001/?token=x', place)).toBe(false)
    expect(isChannel('https://db5p.notify.windows.com/?token=x', place)).toBe(false)
  })
})

describe('a token', () => {
  test('is asked for as the documents say', () => {
    const sent = wnsTokenRequest(MICROSOFT, { sid: 'ms-app://S-1', secret: 'a+b/c&d=' })
    expect(sent).toMatchObject({
      method: 'POST',
      url: 'https://login.live.com/accesstoken.srf',
      body: 'grant_type=client_credentials&client_id=ms-app%3A%2F%2FS-1&client_secret=a%2Bb%2Fc%26d%3D&scope=notify.windows.com',
    })
  })

  test('is good until shortly before its end, and for a day where that is not said', () => {
    const token = (body: object) => readWnsToken(answer(200, {}, JSON.stringify(body)), NOW)
    expect(token({ access_token: 'x', expires_in: 86_400 })).toMatchObject({
      kind: 'token',
      token: { value: 'x', expiresAt: new Date('2026-11-03T07:50:00Z') },
    })
    expect(token({ access_token: 'x' })).toMatchObject({
      token: { expiresAt: new Date('2026-11-03T07:50:00Z') },
    })
    expect(token({ access_token: 'x', expires_in: 60 })).toMatchObject({
      token: { expiresAt: new Date('2026-11-02T08:00:30Z') },
    })
  })

  test.each([
    ['{"access_token":"a\\r\\nx-evil: 1"}'],
    ['{"access_token":""}'],
    ['<html>sign in</html>'],
    ['[]'],
  ])('that is none is none: %s', (body) => {
    expect(readWnsToken(answer(200, {}, body), NOW).kind).toBe('unavailable')
  })

  test('is refused or not to be had, which are two things', () => {
    expect(readWnsToken(answer(400), NOW).kind).toBe('refused')
    expect(readWnsToken(answer(401), NOW).kind).toBe('refused')
    expect(readWnsToken(answer(503, { 'retry-after': '30' }), NOW)).toEqual({
      kind: 'unavailable',
      retryAfterSeconds: 30,
    })
    expect(readWnsToken({ kind: 'failed', code: 'ENOTFOUND' }, NOW).kind).toBe('unavailable')
    expect(readWnsToken(answer(302), NOW).kind).toBe('unavailable')
  })
})

describe('a notification', () => {
  test('is a raw one that is kept for the device, and says something', () => {
    const token = { value: 'tok', expiresAt: NOW }
    expect(wnsNotification('https://a.notify.windows.com/?t', token, 3600)).toMatchObject({
      headers: {
        authorization: 'Bearer tok',
        'content-type': 'application/octet-stream',
        'x-wns-type': 'wns/raw',
        'x-wns-cache-policy': 'cache',
        'x-wns-ttl': '3600',
      },
      body: expect.stringMatching(/./),
    })
  })

  test.each([
    [200, { 'x-wns-status': 'received' }, { kind: 'received' }],
    [200, {}, { kind: 'received' }],
    [200, { 'x-wns-status': 'Dropped' }, { kind: 'dropped' }],
    [200, { 'x-wns-status': 'channelthrottled' }, { kind: 'throttled' }],
    [400, {}, { kind: 'rejected' }],
    [401, {}, { kind: 'unauthorized' }],
    [403, {}, { kind: 'forbidden' }],
    [404, {}, { kind: 'channelGone' }],
    [410, {}, { kind: 'channelGone' }],
    [413, {}, { kind: 'rejected' }],
    [302, { location: 'http://127.0.0.1/' }, { kind: 'rejected' }],
    [406, { 'retry-after': '60' }, { kind: 'throttled', retryAfterSeconds: 60 }],
    [429, { 'retry-after': 'Mon, 02 Nov 2026 08:02:00 GMT' }, { retryAfterSeconds: 120 }],
    [429, { 'retry-after': '999999999' }, { retryAfterSeconds: 86_400 }],
    [503, { 'retry-after': 'soon' }, { kind: 'unavailable', retryAfterSeconds: undefined }],
    [500, {}, { kind: 'unavailable' }],
  ] as const)('answered with %i %j comes to %j', (status, headers, outcome) => {
    expect(readWnsAnswer(answer(status, headers), NOW)).toMatchObject(outcome)
  })
})
