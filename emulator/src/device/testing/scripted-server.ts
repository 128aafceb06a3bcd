import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Authority, issue, makeAuthority } from './authority.ts'

/** An answer of the scripted server. */
export type Scripted = {
  status: number
  headers: Record<string, string>
  body: string
  /** Sent in chunks, without a length. */
  chunked?: boolean
}

export type Received = {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** What the good answers are made of; a test changes one thing. */
export type Script = {
  discover: (good: string) => string
  policies: (good: string) => string
  issued: (good: string) => string
  /** The provisioning document. */
  document: (good: string) => string
  certificate: {
    commonName?: string
    withoutUsage?: boolean
    daysValid?: number
    ownKey?: KeyObject
  }
  authenticationUrl: string | undefined
  /** Answers a message of a management session. */
  manage: (received: Received) => Scripted
  /** Last word on any answer. */
  answer: (received: Received, good: Scripted) => Scripted
}

/** A tiny MDM server for tests: it believes everything and answers as told. */
export type ScriptedServer = AsyncDisposable & {
  readonly url: string
  readonly script: Script
  readonly received: Received[]
  readonly authority: Authority
}

const soap = { 'content-type': 'application/soap+xml; charset=utf-8' }
let authority: Authority | undefined

export async function startScriptedServer(): Promise<ScriptedServer> {
  authority ??= makeAuthority('Scripted Root')
  const own = authority
  const script: Script = {
    discover: (good) => good,
    policies: (good) => good,
    issued: (good) => good,
    document: (good) => good,
    certificate: {},
    authenticationUrl: undefined,
    manage: () => ({ status: 404, headers: {}, body: '' }),
    answer: (_received, good) => good,
  }
  const received: Received[] = []
  const server = http.createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        rawHeaders: incoming.rawHeaders,
        body: Buffer.concat(chunks).toString(),
      }
      received.push(request)
      const { port } = server.address() as AddressInfo // listening on TCP
      const good = answer(request, { origin: `http://127.0.0.1:${port}`, script, authority: own })
      const { status, headers, body, chunked } = script.answer(request, good)
      outgoing.writeHead(status, {
        ...headers,
        ...(chunked ? {} : { 'content-length': Buffer.byteLength(body) }),
      })
      outgoing.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    script,
    received,
    authority: own,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Parts = { origin: string; script: Script; authority: Authority }

function answer(received: Received, parts: Parts): Scripted {
  const { method, url, body } = received
  const { pathname, searchParams } = new URL(url, parts.origin)
  const { script, origin } = parts
  if (pathname === '/api/device/v1/windows/termsOfUse') {
    const back = searchParams.get('redirect_uri') ?? ''
    const id = searchParams.get('client-request-id') ?? ''
    const location = `${back}?IsAccepted=true&OpaqueBlob=blob%2Bof-us&client-request-id=${id}`
    return { status: 302, headers: { location }, body: '' }
  }
  if (pathname === '/ManagementServer/MDM.svc') return parts.script.manage(received)
  if (method === 'GET') return { status: 200, headers: {}, body: '' }
  const messageId = /<a:MessageID>(.*?)<\/a:MessageID>/.exec(body)?.[1] ?? ''
  const reply = (action: string, content: string): Scripted => ({
    status: 200,
    headers: soap,
    body: envelope(action, messageId, content),
  })
  if (body.includes('<Discover '))
    return reply(
      'http://schemas.microsoft.com/windows/management/2012/01/enrollment/IDiscoveryService/DiscoverResponse',
      script.discover(discoverResponse(origin, script.authenticationUrl)),
    )
  if (body.includes('<GetPolicies '))
    return reply(
      'http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy/IPolicy/GetPoliciesResponse',
      script.policies(policiesResponse),
    )
  const document = provisioningDocument(body, parts)
  return reply(
    'http://schemas.microsoft.com/windows/pki/2009/01/enrollment/RSTRC/wstep',
    script.issued(tokenResponse(Buffer.from(script.document(document)).toString('base64'))),
  )
}

export function envelope(action: string, relatesTo: string, content: string): string {
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action s:mustUnderstand="1">${action}</a:Action><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">${content}</s:Body></s:Envelope>`
}

export function fault(subcode: string, errorType: string): string {
  return `<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-us">no</s:Text></s:Reason><s:Detail><DeviceEnrollmentServiceError xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollment"><ErrorType>${errorType}</ErrorType><Message>no</Message><TraceId>trace-7</TraceId></DeviceEnrollmentServiceError></s:Detail></s:Fault>`
}

function discoverResponse(origin: string, authenticationUrl: string | undefined): string {
  const policy = authenticationUrl === undefined ? 'OnPremise' : 'Federated'
  const page =
    authenticationUrl === undefined
      ? ''
      : `<AuthenticationServiceUrl>${authenticationUrl}</AuthenticationServiceUrl>`
  return `<DiscoverResponse xmlns="http://schemas.microsoft.com/windows/management/2012/01/enrollment"><DiscoverResult><AuthPolicy>${policy}</AuthPolicy><EnrollmentVersion>4.0</EnrollmentVersion><EnrollmentPolicyServiceUrl>${origin}/EnrollmentServer/Policy.svc</EnrollmentPolicyServiceUrl><EnrollmentServiceUrl>${origin}/EnrollmentServer/Enrollment.svc</EnrollmentServiceUrl>${page}</DiscoverResult></DiscoverResponse>`
}

const nil = (...names: string[]) => names.map((name) => `<${name} xsi:nil="true"/>`).join('')
const policiesResponse = `<GetPoliciesResponse xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy"><response><policyID/>${nil('policyFriendlyName', 'nextUpdateHours', 'policiesNotChanged')}<policies><policy><policyOIDReference>0</policyOIDReference>${nil('cAs')}<attributes><commonName>Scripted</commonName><policySchema>3</policySchema><certificateValidity><validityPeriodSeconds>31536000</validityPeriodSeconds><renewalPeriodSeconds>3888000</renewalPeriodSeconds></certificateValidity><permission><enroll>true</enroll><autoEnroll>false</autoEnroll></permission><privateKeyAttributes><minimalKeyLength>2048</minimalKeyLength>${nil('keySpec', 'keyUsageProperty', 'permissions', 'algorithmOIDReference')}<cryptoProviders><provider>Microsoft Platform Crypto Provider</provider><provider>Microsoft Software Key Storage Provider</provider></cryptoProviders></privateKeyAttributes><revision><majorRevision>101</majorRevision><minorRevision>0</minorRevision></revision>${nil('supersededPolicies', 'privateKeyFlags', 'subjectNameFlags', 'enrollmentFlags', 'generalFlags')}<hashAlgorithmOIDReference>0</hashAlgorithmOIDReference>${nil('rARequirements', 'keyArchivalAttributes', 'extensions')}</attributes></policy></policies></response>${nil('cAs')}<oIDs><oID><value>2.16.840.1.101.3.4.2.1</value><group>4</group><oIDReferenceID>0</oIDReferenceID><defaultName>szOID_NIST_sha256</defaultName></oID><oID><value>1.2.840.113549.1.1.1</value><group>3</group><oIDReferenceID>1</oIDReferenceID><defaultName>szOID_RSA_RSA</defaultName></oID></oIDs></GetPoliciesResponse>`

function tokenResponse(document: string): string {
  return `<RequestSecurityTokenResponseCollection xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512"><RequestSecurityTokenResponse><TokenType>http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/DeviceEnrollmentToken</TokenType><DispositionMessage xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollment"/><RequestedSecurityToken><BinarySecurityToken ValueType="http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/DeviceEnrollmentProvisionDoc" EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd#base64binary" xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">${document}</BinarySecurityToken></RequestedSecurityToken><RequestID xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollment">0</RequestID></RequestSecurityTokenResponse></RequestSecurityTokenResponseCollection>`
}

/** The RSA key in the request, found by how a SubjectPublicKeyInfo of 2048 bits begins. */
export function findPublicKey(message: Buffer): KeyObject {
  const start = message.indexOf(Buffer.from('30820122300d06092a864886f70d010101', 'hex'))
  const der = message.subarray(start, start + 4 + 0x122)
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

/** The message in the body of a request, however often it is encoded. */
export function readMessage(body: string): Buffer {
  const [, text = ''] = /<wsse:BinarySecurityToken ValueType[^>]*>([^<]*)</.exec(body) ?? []
  const once = Buffer.from(text, 'base64')
  return once[0] === 0x30 ? once : Buffer.from(once.toString(), 'base64')
}

function provisioningDocument(body: string, { origin, script, authority }: Parts): string {
  const now = Date.now()
  const commonName = script.certificate.commonName ?? 'device-of-scripted'
  const certificate = issue(authority, {
    commonName,
    publicKey: script.certificate.ownKey ?? findPublicKey(readMessage(body)),
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + (script.certificate.daysValid ?? 365) * 86_400_000),
    withoutUsage: script.certificate.withoutUsage ?? false,
  })
  const store = body.includes('<ac:Value>Device</ac:Value>') ? 'System' : 'User'
  const entry = (der: Buffer) =>
    `<characteristic type="${createHash('sha1').update(der).digest('hex').toUpperCase()}"><parm name="EncodedCertificate" value="${der.toString('base64')}"/></characteristic>`
  const my = `<characteristic type="My"><characteristic type="${store}">${entry(certificate)}<characteristic type="PrivateKeyContainer"/></characteristic>`
  if (body.includes('/Renew<'))
    return `<wap-provisioningdoc version="1.1"><characteristic type="CertificateStore">${my}</characteristic></characteristic><characteristic type="APPLICATION"><parm name="PROVIDER-ID" value="Scripted"/></characteristic></wap-provisioningdoc>`
  return `<wap-provisioningdoc version="1.1"><characteristic type="CertificateStore"><characteristic type="Root"><characteristic type="System">${entry(authority.certificate)}</characteristic></characteristic>${my}<characteristic type="WSTEP"><characteristic type="Renew"><parm name="ROBOSupport" value="true" datatype="boolean"/><parm name="RenewPeriod" value="45" datatype="integer"/><parm name="RetryInterval" value="4" datatype="integer"/></characteristic></characteristic></characteristic></characteristic><characteristic type="APPLICATION"><parm name="APPID" value="w7"/><parm name="PROVIDER-ID" value="Scripted"/><parm name="NAME" value="Scripted"/><parm name="ADDR" value="${origin}/ManagementServer/MDM.svc"/><parm name="CONNRETRYFREQ" value="6"/><parm name="INITIALBACKOFFTIME" value="30000"/><parm name="MAXBACKOFFTIME" value="120000"/><parm name="BACKCOMPATRETRYDISABLED"/><parm name="DEFAULTENCODING" value="application/vnd.syncml.dm+xml"/><parm name="SSLCLIENTCERTSEARCHCRITERIA" value="Subject=CN%3D${commonName}&amp;Stores=My%5C${store}"/><characteristic type="APPAUTH"><parm name="AAUTHLEVEL" value="CLIENT"/><parm name="AAUTHTYPE" value="DIGEST"/><parm name="AAUTHSECRET" value="${randomUUID()}"/><parm name="AAUTHDATA" value="MDEyMzQ1Njc4OWFiY2RlZg=="/></characteristic><characteristic type="APPAUTH"><parm name="AAUTHLEVEL" value="APPSRV"/><parm name="AAUTHTYPE" value="DIGEST"/><parm name="AAUTHNAME" value="${commonName}"/><parm name="AAUTHSECRET" value="${randomUUID()}"/><parm name="AAUTHDATA" value="ZmVkY2JhOTg3NjU0MzIxMA=="/></characteristic></characteristic><characteristic type="DMClient"><characteristic type="Provider"><characteristic type="Scripted"><parm name="UPN" value="ada@hafenstern.example" datatype="string"/><parm name="EntDMID" value="${commonName}" datatype="string"/><characteristic type="Poll"><parm name="NumberOfFirstRetries" value="10" datatype="integer"/><parm name="PollOnLogin" value="true" datatype="boolean"/></characteristic></characteristic></characteristic></characteristic></wap-provisioningdoc>`
}
