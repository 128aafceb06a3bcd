import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { checkCertificateRequest } from '../src/certificates/index.ts'
import { signCertificate } from '../src/certificates/issue-certificate.ts'
import { makeAuthority } from '../src/certificates/make-authority.ts'
import { readSignedData } from '../src/formats/der/signed-data.ts'
import { makeRequest, signMessage } from './signed-messages.ts'

// What a certificate costs without database and network: `npm run bench:certificates`.

const publicUrl = new URL('https://mdm.example.org')
const now = new Date()
const ROUNDS = 500

/** Milliseconds of the processor, of all threads, and of the clock, for each of many calls one after the other. */
async function measure(name: string, work: () => unknown): Promise<void> {
  for (let round = 0; round < 50; round += 1) await work()
  const cpu = process.cpuUsage()
  const start = performance.now()
  for (let round = 0; round < ROUNDS; round += 1) await work()
  const { user, system } = process.cpuUsage(cpu)
  const cpuMs = (user + system) / 1000 / ROUNDS
  const clockMs = (performance.now() - start) / ROUNDS
  process.stdout.write(
    `${name.padEnd(50)} ${cpuMs.toFixed(3).padStart(8)} ms cpu ${clockMs.toFixed(3).padStart(8)} ms\n`,
  )
}

const device = await makeRequest('rsa')
const publicKey = createPublicKey(device.privateKey).export({ type: 'spki', format: 'der' })
await measure('check a request of RSA 2048', () =>
  checkCertificateRequest(device.der, { sha1Allowed: false }),
)
for (const algorithm of ['rsa2048', 'ecdsaP256'] as const) {
  const made = await makeAuthority({
    id: 'cau_bench',
    algorithm,
    organizationName: 'Bench',
    now,
  })
  const key = createPrivateKey({
    key: Buffer.from(made.privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  })
  const authority = {
    ...made,
    organization: 'org_bench',
    state: 'active',
    secretId: 'sec_bench',
    createdAt: now,
    activatedAt: now,
    retiredAt: undefined,
  } as const
  const issuing = { deviceId: 'dev_0123456789abcdefghjk', publicKey, now, validityDays: 365 }
  await measure(`${algorithm}: the bare signature`, () => sign('sha256', publicKey, key))
  await measure(`${algorithm}: a whole certificate`, () =>
    signCertificate({ authority, key, publicUrl }, issuing),
  )
  const { der } = await signCertificate({ authority, key, publicUrl }, issuing)
  const message = signMessage({
    content: device.der,
    certificate: der,
    privateKey: device.privateKey,
  })
  await measure(`${algorithm}: cut a renewal apart`, () => readSignedData(message))
}
