import 'reflect-metadata'
import { createPrivateKey } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { beforeAll, expect, test } from 'vitest'
import { type Made, makeAuthorityCertificate } from '../../testing/authority-import.ts'
import { readImport } from './read-import.ts'

const now = new Date('2026-11-25T08:00:00Z')
const read = (input: Parameters<typeof readImport>[0]) => readImport(input, { id: 'cau_1', now })
const toInput = ({ pem, keyPem }: Made, root?: Made) => ({
  certificate: pem,
  privateKey: keyPem,
  root: root?.pem,
})
let root: Made
let issuing: Made
beforeAll(async () => {
  root = await makeAuthorityCertificate('CN=Example Root')
  issuing = await makeAuthorityCertificate('CN=Example Devices, O=Example', {
    issuer: root,
    notAfter: new Date('2040-01-01T00:00:00Z'),
  })
})

test('an authority below a root is taken as it is, until the first of both ends', () => {
  expect(read(toInput(issuing, root))).toMatchObject({
    kind: 'accepted',
    authority: {
      id: 'cau_1',
      source: 'imported',
      key: 'ECDSA P-256',
      signature: 'ecdsaSha256',
      subject: 'CN=Example Devices, O=Example',
      notAfter: new Date('2036-01-01T00:00:00Z'),
      keyId: issuing.certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    },
  })
})

test('a root that issues itself needs nobody above it', () => {
  expect(read(toInput(root))).toMatchObject({ kind: 'accepted', authority: { root: undefined } })
  expect(read(toInput(root, root))).toMatchObject({ field: 'root', refusal: 'rootNotNeeded' })
})

test('a key is opened with its passphrase only', () => {
  const locked = createPrivateKey(root.keyPem).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'open sesame',
  })
  const input = { ...toInput(root), privateKey: locked.toString() }

  expect(read({ ...input, passphrase: 'open sesame' })).toMatchObject({ kind: 'accepted' })
  expect(read({ ...input, passphrase: 'open' })).toMatchObject({ refusal: 'keyUnreadable' })
  expect(read(input)).toMatchObject({ refusal: 'keyUnreadable' })
})

const issued = (making: Parameters<typeof makeAuthorityCertificate>[1]) =>
  makeAuthorityCertificate('CN=Example Devices', { issuer: root, ...making })
const CASES: readonly [string, string, () => Promise<Parameters<typeof readImport>[0]>][] = [
  [
    'is no certificate',
    'certificateUnreadable',
    async () => ({ ...toInput(issuing, root), certificate: 'rubbish' }),
  ],
  [
    'is two certificates',
    'certificateUnreadable',
    async () => ({ ...toInput(issuing, root), certificate: `${issuing.pem}\n${root.pem}` }),
  ],
  [
    'has no key',
    'keyUnreadable',
    async () => ({ ...toInput(issuing, root), privateKey: issuing.pem }),
  ],
  [
    'has another’s key',
    'keyWrong',
    async () => ({ ...toInput(issuing, root), privateKey: root.keyPem }),
  ],
  [
    'has a key of a kind that Windows may not know',
    'keyWeak',
    async () =>
      toInput(await issued({ keyAlgorithm: { name: 'ECDSA', namedCurve: 'P-521' } }), root),
  ],
  [
    'is no authority',
    'noAuthority',
    async () => toInput(await issued({ isAuthority: false }), root),
  ],
  [
    'may not sign lists',
    'maySignNothing',
    async () => toInput(await issued({ usages: x509.KeyUsageFlags.keyCertSign }), root),
  ],
  [
    'may not sign certificates',
    'maySignNothing',
    async () => toInput(await issued({ usages: x509.KeyUsageFlags.cRLSign }), root),
  ],
  [
    'is over',
    'certificateOver',
    async () => toInput(await issued({ notAfter: new Date('2026-11-01T00:00:00Z') }), root),
  ],
  [
    'does not hold yet',
    'certificateOver',
    async () => toInput(await issued({ notBefore: new Date('2026-12-01T00:00:00Z') }), root),
  ],
  ['comes without its root', 'rootMissing', async () => toInput(issuing)],
  [
    'comes with a root that is none',
    'rootUnreadable',
    async () => ({ ...toInput(issuing), root: 'rubbish' }),
  ],
  [
    'comes with another root of the same name',
    'rootWrong',
    async () => toInput(issuing, await makeAuthorityCertificate('CN=Example Root')),
  ],
  [
    'comes with an authority that is no root itself',
    'rootWrong',
    async () => toInput(await makeAuthorityCertificate('CN=Third', { issuer: issuing }), issuing),
  ],
]
test.each(CASES)('an authority that %s is refused: %s', async (_name, refusal, input) => {
  expect(read(await input())).toMatchObject({ kind: 'refused', refusal })
})
