import { generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { makeCertificate, toPem } from '../entra/certificate.ts'

/** Names the throw-away certificate is good for: loopback, and the real hosts for a namespace. */
const hosts = [
  'localhost',
  '127.0.0.1',
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'graph.microsoft.com',
]

/** Makes a self-signed certificate that lives one year. */
export async function makeTlsFiles(): Promise<{ key: string; cert: string }> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const now = Date.now()
  const der = makeCertificate({
    privateKey,
    // A name of its own: who trusts two of one name looks the issuer up by name and finds the wrong one.
    commonName: `Mooring emulator ${randomUUID()}`,
    notBefore: new Date(now - 86_400_000),
    notAfter: new Date(now + 365 * 86_400_000),
    hosts,
  })
  return { key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), cert: toPem(der) }
}
