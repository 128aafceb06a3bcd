import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WindowsDevice } from '../index.ts'
import { readDiscovered } from './discover.ts'
import { exchanges } from './namespaces.ts'
import { readPolicies } from './policies.ts'
import { makeProfile } from './profile.ts'
import { provision } from './provision.ts'
import { readEnvelope } from './read-envelope.ts'
import { readIssued } from './request-token.ts'
import { judgeTerms, type TermsRequest } from './terms.ts'
import { startScriptedServer } from './testing/scripted-server.ts'
import { WindowsError } from './windows-error.ts'

/** Whatever a server says, a device either takes it or stops with a code: it never crashes. */
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

/** A text with a few places overwritten, doubled or cut out. */
const damaged = (text: string) =>
  fc
    .array(
      fc.record({
        at: fc.nat(text.length - 1),
        length: fc.nat(40),
        put: fc.oneof(
          fc.string({ maxLength: 8 }),
          fc.constantFrom('', '<', '>', '"', '&amp;', '</', ' xmlns="x"', '\0', '%', '%EF%80%80'),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((wounds) =>
      wounds.reduce(
        (now, { at, length, put }) => now.slice(0, at) + put + now.slice(at + length),
        text,
      ),
    )

const takesOrStops = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(WindowsError)
  }
}

test('a damaged message is taken or refused, and nothing else', async () => {
  await using server = await startScriptedServer()
  const answers: string[] = []
  let document = ''
  server.script.answer = (_received, good) => {
    if (good.body !== '') answers.push(good.body)
    return good
  }
  server.script.document = (good) => {
    document = good
    return good
  }
  const device = new WindowsDevice({ makeKey: () => Promise.resolve(privateKey) })
  await device.enrol({ kind: 'token', server: server.url, token: 'own' })
  expect(answers).toHaveLength(3)
  const readers = [
    (content: ReturnType<typeof readEnvelope>) => readDiscovered(content, makeProfile()),
    readPolicies,
    readIssued,
  ]
  const asked = [exchanges.discover, exchanges.policies, exchanges.request]
  const now = new Date()
  const key = createPrivateKey(privateKey)

  answers.forEach((answer, place) => {
    fc.assert(
      fc.property(damaged(answer), (body) =>
        takesOrStops(() => {
          const bytes = Buffer.from(body)
          const headers = {
            'content-type': 'application/soap+xml',
            'content-length': String(bytes.length),
          }
          const exchange = asked[place] ?? exchanges.request
          const whole = { url: server.url, status: 200, headers, body: bytes, ms: 0 }
          readers[place]?.(readEnvelope(whole, exchange, now))
        }),
      ),
      { numRuns: 300 },
    )
  })
  fc.assert(
    fc.property(damaged(document), (text) =>
      takesOrStops(() =>
        provision(Buffer.from(text).toString('base64'), { key, store: 'User', now }),
      ),
    ),
    { numRuns: 500 },
  )
})

test('whatever the terms of use answer, the web view goes on or stops with a code', () => {
  const request: TermsRequest = {
    termsOfUseUrl: 'http://127.0.0.1:1/terms',
    token: 't',
    redirectUri: 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
    clientRequestId: 'c',
    mode: undefined,
    host: 'MOSET',
    locale: 'de-DE',
  }
  const location = damaged(`${request.redirectUri}?IsAccepted=true&OpaqueBlob=b%2Bc&error=x`)
  const page = damaged(
    '<form method="post" action="http://x/a"><input name="a" value="b"><button>Accept</button></form>',
  )

  fc.assert(
    fc.property(fc.constantFrom(200, 302, 404), location, page, (status, to, body) =>
      takesOrStops(() =>
        judgeTerms(
          {
            url: request.termsOfUseUrl,
            status,
            headers: status === 302 ? { location: to } : {},
            body: Buffer.from(body),
            ms: 0,
          },
          request,
          'accept',
        ),
      ),
    ),
    { numRuns: 1000 },
  )
})
