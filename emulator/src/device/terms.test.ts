import { expect, test } from 'vitest'
import { judgeTerms, startTerms, type TermsRequest } from './terms.ts'
import type { Answer } from './transport.ts'

const request: TermsRequest = {
  termsOfUseUrl: 'https://mdm.hafenstern.example/api/device/v1/windows/termsOfUse',
  token: 'a.b.c',
  redirectUri: 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
  clientRequestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  mode: 'azureadjoin',
  host: 'FRX',
  locale: 'de-DE',
}
const answer = (status: number, location?: string, body = ''): Answer => ({
  url: request.termsOfUseUrl,
  status,
  headers: location === undefined ? {} : { location },
  body: Buffer.from(body),
  ms: 1,
})
const back = (rest: string) => answer(302, `${request.redirectUri}${rest}`)
const judge = (given: Answer, choice: 'accept' | 'decline' = 'accept') =>
  judgeTerms(given, request, choice)

test('the blob comes back decoded, a plus stays a plus', () => {
  expect(judge(back('?IsAccepted=true&OpaqueBlob=a%2Fb+c'))).toEqual({
    kind: 'accepted',
    opaqueBlob: 'a/b+c',
  })
})

test.each([
  ['?error=unauthorized_client&error_description=no%20such%20tenant', 'unauthorized_client'],
  ['?IsAccepted=false', 'rejectedTermsOfUse'],
  ['?IsAccepted=True&OpaqueBlob=x', '0x8018000F'],
  ['?IsAccepted=true', '0x8018000F'],
  ['?IsAccepted=true&OpaqueBlob=%', '0x8018000F'],
  ['?IsAccepted=true&OpaqueBlob=x&client-request-id=another', '0x8018000F'],
  // A slash that was not there before: another page.
  ['/?IsAccepted=true&OpaqueBlob=x', '0x801C000B'],
])('a return with %s ends in %s', (rest, code) => {
  expect(() => judge(back(rest))).toThrow(expect.objectContaining({ code }))
})

test('a redirect to another scheme is not trusted', () => {
  expect(() => judge(answer(302, 'ms-appx-web://Evil?IsAccepted=true'))).toThrow(
    expect.objectContaining({ code: '0x801C000B' }),
  )
})

test('the web view gives its own codes for HTTP errors', () => {
  expect(() => judge(answer(404))).toThrow(expect.objectContaining({ code: 'CAA30194' }))
  expect(() => judge(answer(500))).toThrow(expect.objectContaining({ code: 'CAA301F4' }))
})

test('redirects within the server are followed, without the token', () => {
  const turn = judge(answer(302, '/terms?version=3'))

  expect(turn).toMatchObject({
    kind: 'send',
    sending: { method: 'GET', url: 'https://mdm.hafenstern.example/terms?version=3' },
  })
  expect(JSON.stringify(turn)).not.toContain('a.b.c')
})

test('a page is answered by its buttons', () => {
  const page = `<form method="post" action="/terms/answer"><input type="hidden" name="ticket" value="t1">
    <button name="answer" value="accept">Annehmen</button><button name="answer" value="decline">Ablehnen</button></form>`

  expect(judge(answer(200, undefined, page))).toMatchObject({
    sending: { method: 'POST', body: 'ticket=t1&answer=accept' },
  })
  expect(judge(answer(200, undefined, page), 'decline')).toMatchObject({
    sending: { body: 'ticket=t1&answer=decline' },
  })
})

test('a page that offers no way to decline cannot be declined', () => {
  const page = '<form method="post"><button name="answer" value="accept">Accept</button></form>'

  expect(() => judge(answer(200, undefined, page), 'decline')).toThrow(
    expect.objectContaining({ code: '0x8018000F' }),
  )
})

test('a URL with a query of its own keeps it', () => {
  const url = `${request.termsOfUseUrl}?organization=7`

  expect(startTerms({ ...request, termsOfUseUrl: url, mode: undefined }).url).toBe(
    `${url}&redirect_uri=ms-appx-web%3A%2F%2FMicrosoft.AAD.BrokerPlugin&client-request-id=${request.clientRequestId}&api-version=1.0`,
  )
})
