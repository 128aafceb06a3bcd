import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WindowsDevice } from '../index.ts'
import { type Script, type ScriptedServer, startScriptedServer } from './testing/scripted-server.ts'

/** What Windows refuses, and with which code; each row changes one thing of a good answer. */
let server: ScriptedServer
let good: Script

// One key for all: these tests are about answers.
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const enrol = () => {
  const device = new WindowsDevice({ makeKey: () => Promise.resolve(privateKey) })
  return device.enrol({ kind: 'token', server: server.url, token: 'own-token' })
}

beforeAll(async () => {
  server = await startScriptedServer()
  good = { ...server.script }
})
beforeEach(() => {
  Object.assign(server.script, good)
})
afterAll(() => server[Symbol.asyncDispose]())

/** Replaces, and insists that there was something to replace. */
const change = (from: string | RegExp, to: string) => (text: string) => {
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`nothing like ${from}`)
  return changed
}
const inner = (type: string, content: string) =>
  `<characteristic type="${type}">${content}</characteristic>`

describe('a provisioning document', () => {
  const rows: [what: string, change: (document: string) => string, code: string][] = [
    [
      'a thumbprint in lower case',
      (text) => text.replace(/type="[0-9A-F]{40}"/, (found) => found.toLowerCase()),
      '0x8018001E',
    ],
    ['a thumbprint of something else', change(/type="[0-9A-F]{4}/, 'type="0000'), '0x8018001E'],
    ['a certificate in several lines', change(/value="MII.{60}/, '$&\n'), '0x8018001E'],
    [
      'no private key container',
      change(/<characteristic type="PrivateKeyContainer"\/>/, ''),
      '0x8018001E',
    ],
    [
      'no certificate',
      change(
        /<characteristic type="User">.*?<characteristic type="Priv/,
        '<characteristic type="User"><characteristic type="Priv',
      ),
      '0x8018001E',
    ],
    [
      'the store of the machine for a person',
      change('"My"><characteristic type="User"', '"My"><characteristic type="System"'),
      '0x8018001E',
    ],
    [
      'no root',
      change(
        /<characteristic type="Root">.*?<characteristic type="My">/,
        '<characteristic type="My">',
      ),
      '0x8018001E',
    ],
    [
      'renewal that is not automatic',
      change('name="ROBOSupport" value="true"', 'name="ROBOSupport" value="false"'),
      '0x8018001E',
    ],
    [
      'a renewal setting without datatype',
      change('value="45" datatype="integer"', 'value="45"'),
      '0x8018001E',
    ],
    [
      'a renewal window longer than the certificate lives',
      change('value="45"', 'value="400"'),
      '0x8018001E',
    ],
    [
      'a retry interval longer than the window',
      change('value="4" datatype', 'value="50" datatype'),
      '0x8018001E',
    ],
    ['another APPID', change('value="w7"', 'value="w6"'), '0x8018001F'],
    ['a parm in lower case', change('name="ADDR"', 'name="addr"'), '0x8018001F'],
    ['no address', change(/<parm name="ADDR"[^>]*>/, ''), '0x8018001F'],
    [
      'a provider id with a slash',
      change('"PROVIDER-ID" value="Scripted"', '"PROVIDER-ID" value="a/b"'),
      '0x8018001F',
    ],
    [
      'one APPAUTH',
      change(
        /<characteristic type="APPAUTH"><parm name="AAUTHLEVEL" value="CLIENT".*?<\/characteristic>/,
        '',
      ),
      '0x8018001F',
    ],
    [
      'an empty secret',
      change(/name="AAUTHSECRET" value="[^"]*"/, 'name="AAUTHSECRET" value=""'),
      '0x8018001F',
    ],
    ['a nonce that is not base64', change('MDEyMzQ1Njc4OWFiY2RlZg==', 'a nonce'), '0x8018001F'],
    [
      'a criterion for another subject',
      change('Subject=CN%3Ddevice-of-scripted', 'Subject=CN%3Dother'),
      '0x80180024',
    ],
    [
      'a criterion for another store',
      change('Stores=My%5CUser', 'Stores=My%5CSystem'),
      '0x80180024',
    ],
    ['a criterion that is escaped twice', change('&amp;Stores', '&amp;amp;Stores'), '0x80180024'],
    ['no criterion', change(/<parm name="SSLCLIENTCERTSEARCHCRITERIA"[^>]*>/, ''), '0x80180024'],
    [
      'another provider in DMClient',
      change('<characteristic type="Scripted">', '<characteristic type="Other">'),
      '0x80180020',
    ],
    [
      'a DMClient value without datatype',
      change('value="10" datatype="integer"', 'value="10"'),
      '0x80180020',
    ],
    [
      'a number that is none',
      change('value="10" datatype="integer"', 'value="ten" datatype="integer"'),
      '0x80180020',
    ],
    [
      'push settings',
      change('<characteristic type="Poll">', `${inner('Push', '')}<characteristic type="Poll">`),
      '0x80180020',
    ],
    [
      'a part that nobody knows',
      change('</wap-provisioningdoc>', `${inner('Other', '')}</wap-provisioningdoc>`),
      '0x80180022',
    ],
    ['a comment', change('<characteristic', '<!-- hello --><characteristic'), '0x80180022'],
    ['a document that is not well-formed', change('</wap-provisioningdoc>', ''), '0x80180022'],
    ['another version', change('version="1.1"', 'version="1.0"'), '0x80180022'],
  ]

  test.each(rows)('with %s is refused', async (_what, document, code) => {
    server.script.document = document

    expect(await enrol()).toMatchObject({ ok: false, code })
  })

  const accepted: [what: string, change: (document: string) => string][] = [
    [
      'the private key container inside the certificate',
      (text) =>
        text
          .replace('<characteristic type="PrivateKeyContainer"/>', '')
          .replace(
            /(<characteristic type="My">.*?<parm[^>]*>)/,
            '$1<characteristic type="PrivateKeyContainer"/>',
          ),
    ],
    [
      'several certificate stores',
      change(
        '<characteristic type="My">',
        '</characteristic><characteristic type="CertificateStore"><characteristic type="My">',
      ),
    ],
    ['no DMClient', change(/<characteristic type="DMClient">.*(?=<\/wap)/, '')],
    [
      'several subjects to look for',
      change('Subject=CN%3Ddevice', 'Subject=CN%3Dother%EF%80%80CN%3Ddevice'),
    ],
  ]

  test.each(accepted)('with %s is accepted', async (_what, document) => {
    server.script.document = document

    expect(await enrol()).toMatchObject({ ok: true })
  })

  test('with a certificate that is not for client authentication is refused', async () => {
    server.script.certificate = { withoutUsage: true }

    expect(await enrol()).toMatchObject({ ok: false, code: '0x8018001E' })
  })

  test('with a certificate for another key is refused', async () => {
    const ownKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    server.script.certificate = { ownKey }

    expect(await enrol()).toMatchObject({ ok: false, code: '0x80180028' })
  })
})

describe('an answer', () => {
  type Change = Parameters<typeof answerWith>[0]
  const rows: [what: string, change: Change, code: string][] = [
    ['in chunks', (a) => ({ ...a, chunked: true }), '0x80180001'],
    ['as HTML', (a) => ({ ...a, headers: { 'content-type': 'text/html' } }), '0x80180001'],
    [
      "of SOAP 1.1's type",
      (a) => ({ ...a, headers: { 'content-type': 'text/xml' } }),
      '0x80180001',
    ],
    [
      'that redirects',
      (a) => ({ ...a, status: 302, headers: { location: '/sign-in' } }),
      '0x8018001A',
    ],
    ['400', (a) => ({ ...a, status: 400 }), '0x80190190'],
    ['404', (a) => ({ ...a, status: 404 }), '0x80190194'],
    ['500 without a fault', (a) => ({ ...a, status: 500, body: 'oops' }), '0x801901F4'],
    ['429', (a) => ({ ...a, status: 429 }), '0x80180033'],
    ['without content', (a) => ({ ...a, body: '' }), '0x80180029'],
    [
      'to another message',
      (a) => ({ ...a, body: a.body.replace(/urn:uuid:7/, 'urn:uuid:8') }),
      '0x80180001',
    ],
    [
      'with another action',
      (a) => ({ ...a, body: a.body.replace('/DiscoverResponse<', '/Discover<') }),
      '0x80180001',
    ],
    ['with a DOCTYPE', (a) => ({ ...a, body: `<!DOCTYPE s>${a.body}` }), '0x80180001'],
    ['that is cut off', (a) => ({ ...a, body: a.body.slice(0, -20) }), '0x80180001'],
    [
      'in no namespace',
      (a) => ({ ...a, body: a.body.replace(/xmlns="[^"]*"/g, '') }),
      '0x80180001',
    ],
  ]

  test.each(rows)('to Discover %s is refused', async (_what, change, code) => {
    answerWith(change)

    const report = await enrol()

    expect(report).toMatchObject({ ok: false, code })
    expect(report.steps.at(-1)?.step).toBe('discover')
  })

  const discover: [what: string, change: (text: string) => string][] = [
    [
      'elements out of order',
      change(
        /(<AuthPolicy>.*?<\/AuthPolicy>)(<EnrollmentVersion>.*?<\/EnrollmentVersion>)/,
        '$2$1',
      ),
    ],
    [
      'a version above the one asked for',
      change('<EnrollmentVersion>4.0', '<EnrollmentVersion>7.0'),
    ],
    ['policy and enrolment on two hosts', change('127.0.0.1', 'localhost')],
    ['no enrolment service', change(/<EnrollmentServiceUrl>.*?<\/EnrollmentServiceUrl>/, '')],
    ['an unknown AuthPolicy', change('OnPremise', 'Onpremise')],
  ]

  test.each(discover)('to Discover with %s is refused', async (_what, changed) => {
    server.script.discover = changed

    expect(await enrol()).toMatchObject({ ok: false, code: '0x80180001' })
  })

  const issued: [what: string, change: (text: string) => string][] = [
    ['no RequestID', change(/<RequestID.*?<\/RequestID>/, '')],
    [
      'elements out of order',
      change(/(<TokenType>.*?<\/TokenType>)(<DispositionMessage [^>]*>)/, '$2$1'),
    ],
    ['another value type', change('DeviceEnrollmentProvisionDoc', 'Other')],
    ['a document that is not base64', change(/(xsd">)[A-Za-z0-9+/=]+</, '$1<![CDATA[<wap/>]]><')],
  ]

  test.each(issued)('to the request with %s is refused', async (_what, changed) => {
    server.script.issued = changed

    expect(await enrol()).toMatchObject({ ok: false, code: '0x80180001' })
  })

  test('to the probe that redirects to a sign-in page is not followed', async () => {
    server.script.answer = (received, honest) =>
      received.method === 'GET' ? { status: 302, headers: { location: '/x' }, body: '' } : honest

    expect(await enrol()).toMatchObject({ ok: false, code: '0x8018001A' })
  })

  function answerWith(
    changed: (honest: Parameters<Script['answer']>[1]) => ReturnType<Script['answer']>,
  ): void {
    server.script.answer = (received, honest) =>
      received.body.includes('<Discover ') ? changed(honest) : honest
  }
})

test('nothing that listens is told as Windows tells it', async () => {
  const device = new WindowsDevice()

  const report = await device.enrol({ kind: 'token', server: 'http://127.0.0.1:1', token: 'x' })

  expect(report).toMatchObject({ ok: false, code: '0x80072EFD' })
})

test('http is refused anywhere but on loopback', async () => {
  const device = new WindowsDevice()

  const report = await device.enrol({ kind: 'token', server: 'http://192.0.2.1', token: 'x' })

  expect(report).toMatchObject({ ok: false, code: '0x8018001A' })
})
