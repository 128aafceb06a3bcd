import { createPrivateKey, X509Certificate } from 'node:crypto'
import { makeCertificateRequest } from './certificate-request.ts'
import type { EnrolParts } from './enrol-parts.ts'
import { exchanges } from './namespaces.ts'
import { postMessage } from './post-message.ts'
import { type DeviceEnrolment, provisionRenewal } from './provision.ts'
import { readIssued, toContext, writeRequest } from './request-token.ts'
import { makeSignedData } from './signed-data.ts'
import { codes, WindowsError } from './windows-error.ts'

export type RenewParts = Pick<EnrolParts, 'profile' | 'recorder' | 'tamper' | 'makeKey' | 'now'> & {
  readonly enrolment: DeviceEnrolment
  /** Base64 once, as with automatic renewal, or twice, as with the manual one. */
  readonly encoding: 'once' | 'twice'
  /** Where it was told to renew, in a session or when it enrolled. */
  readonly serverUrl: string | undefined
}

/**
 * Renews the certificate by itself ("ROBO"): a new key, in a message signed with the old one.
 *
 * The old certificate stays until the caller puts the new enrolment in its place.
 * @throws WindowsError
 * @see Windows "Certificate renewal" › Automatic certificate renewal
 */
export async function renewCertificate(parts: RenewParts): Promise<DeviceEnrolment> {
  const { enrolment, profile, tamper } = parts
  const url = parts.serverUrl ?? enrolment.enrolmentUrl
  const now = parts.now()
  const old = new X509Certificate(enrolment.certificate)
  if (Date.parse(old.validTo) <= now.getTime())
    throw new WindowsError(codes.certificateDateInvalid, 'an expired certificate is not renewed')
  const privateKey = await parts.makeKey(2048)
  const key = createPrivateKey(privateKey)
  const csr = makeCertificateRequest({
    privateKey: key,
    hash: 'sha256',
    name: enrolment.deviceId,
    deviceId: enrolment.deviceId,
  })
  const wrapped = makeSignedData({
    content: csr,
    certificate: old,
    privateKey: createPrivateKey(enrolment.privateKey),
    now,
  })
  const once = (tamper.message?.(wrapped) ?? wrapped).toString('base64')
  const context = toContext(profile, {
    enrolmentType: enrolment.store === 'System' ? 'Device' : 'Full',
    opaqueBlob: undefined,
    isInOobe: false,
    startedByPerson: parts.encoding === 'twice',
    version: '4.0',
  })
  const document = await postMessage(
    {
      step: 'renew',
      exchange: exchanges.request,
      url,
      credential: { kind: 'name', name: enrolment.user ?? '', now },
      identity: { certificate: enrolment.certificate, privateKey: enrolment.privateKey },
      body: writeRequest({
        kind: 'Renew',
        message: parts.encoding === 'twice' ? Buffer.from(once).toString('base64') : once,
        context: tamper.context?.(context) ?? context,
      }),
    },
    parts,
    readIssued,
  )
  const { store } = enrolment
  const installed = await parts.recorder.run('provision', url, () =>
    provisionRenewal(document, { key, store, now: parts.now(), enrolment }),
  )
  return {
    ...enrolment,
    privateKey,
    certificate: installed.certificate,
    roots: installed.roots.length > 0 ? installed.roots : enrolment.roots,
    intermediates:
      installed.intermediates.length > 0 ? installed.intermediates : enrolment.intermediates,
    renew: installed.renew ?? enrolment.renew,
  }
}
