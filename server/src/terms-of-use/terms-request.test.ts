import { describe, expect, test } from 'vitest'
import { returnToWindows } from './return-to-windows.ts'
import { BROKER_RETURNS, isAllowedReturn, readTermsRequest } from './terms-request.ts'

const BROKER = 'ms-appx-web://Microsoft.AAD.BrokerPlugin'
const ALLOWED = [...BROKER_RETURNS, 'https://login.microsoftonline.com']

describe('an address to go back to', () => {
  test.each([
    BROKER,
    'MS-APPX-WEB://microsoft.aad.brokerplugin',
    `${BROKER}/`,
    `${BROKER}/ToUResponse`,
    `${BROKER}?state=1`,
    'ms-aadj-redir://auth/mdm',
    'ms-aadj-redir://auth/mdm/next?x=%20y',
    'https://login.microsoftonline.com/',
    'https://login.microsoftonline.com/WebApp/CloudDomainJoin/9',
  ])('is allowed: %s', (address) => {
    expect(isAllowedReturn(address, ALLOWED)).toBe(true)
  })

  test.each([
    '',
    'javascript:alert(1)',
    'https://login.microsoftonline.com.evil.example/',
    'https://login.microsoftonline.com:8443/',
    'https://login.microsoftonline.com@evil.example/',
    'https://evil.example/https://login.microsoftonline.com/',
    'http://login.microsoftonline.com/',
    `${BROKER}Evil`,
    `${BROKER}\\evil`,
    `${BROKER}/../evil`,
    `${BROKER}/%2e%2E/evil`,
    `${BROKER}/a b`,
    `${BROKER}/\r\nSet-Cookie: x=1`,
    `${BROKER}/\u0000`,
    `${BROKER}#fragment`,
    `${BROKER}/<script>`,
    'ms-appx-web://Other.App/',
    ` ${BROKER}`,
  ])('is refused: %j', (address) => {
    expect(isAllowedReturn(address, ALLOWED)).toBe(false)
  })
})

describe('a request', () => {
  test('is read by names in any case, and keeps the address as it came', () => {
    const request = readTermsRequest(
      {
        REDIRECT_URI: BROKER,
        'Client-Request-ID': 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
        'API-version': '1.0',
        Mode: 'AzureADJoin',
        unknown: 'x',
      },
      ALLOWED,
    )

    expect(request).toEqual({
      returnTo: BROKER,
      requestId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      apiVersion: '1.0',
      isJoin: true,
    })
  })

  test('without a mode is somebody’s own device, and an odd id is no id', () => {
    expect(
      readTermsRequest({ redirect_uri: BROKER, 'client-request-id': 'a&b=<c>' }, ALLOWED),
    ).toEqual({ returnTo: BROKER, requestId: undefined, apiVersion: undefined, isJoin: false })
  })

  test('with two addresses has none', () => {
    expect(readTermsRequest({ redirect_uri: [BROKER, BROKER] }, ALLOWED)).toBeUndefined()
    expect(
      readTermsRequest({ redirect_uri: BROKER, Redirect_Uri: BROKER }, ALLOWED),
    ).toBeUndefined()
  })
})

describe('the way back', () => {
  test('puts no slash behind the bare address, and goes on behind a query', () => {
    const answer = { kind: 'accepted', receipt: 'a.b' } as const

    expect(returnToWindows(BROKER, 'id-1', answer)).toBe(
      `${BROKER}?IsAccepted=true&OpaqueBlob=a.b&client-request-id=id-1`,
    )
    expect(returnToWindows(`${BROKER}/x?y=1`, undefined, answer)).toBe(
      `${BROKER}/x?y=1&IsAccepted=true&OpaqueBlob=a.b`,
    )
  })

  test('says no, or what went wrong, with blanks as %20', () => {
    const failed = { kind: 'failed', error: 'access_denied', reason: 'not you & me' } as const

    expect(returnToWindows(BROKER, undefined, { kind: 'declined' })).toBe(
      `${BROKER}?IsAccepted=false`,
    )
    expect(returnToWindows(BROKER, undefined, failed)).toBe(
      `${BROKER}?error=access_denied&error_description=not%20you%20%26%20me`,
    )
  })
})
