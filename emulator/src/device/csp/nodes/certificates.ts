import { X509Certificate } from 'node:crypto'
import { fact, type Machine } from '../machine.ts'
import {
  badArgument,
  type NodeDefinition,
  notAllowed,
  type Outcome,
  ok,
  provider,
} from '../node.ts'
import { readWritten } from '../written.ts'

const renew = 'My/WSTEP/Renew'
const trusted = './Device/Vendor/MSFT/RootCATrustedCertificates'

/** @see Windows "CertificateStore CSP", "RootCATrustedCertificates CSP" */
export const certificates: readonly NodeDefinition[] = [
  ...provider('./Device/Vendor/MSFT/CertificateStore', { min: '10586' }, [
    ['Root/System/{hash}', 'DG', 'node', { list: roots }],
    ['Root/System/{hash}/EncodedCertificate', 'AGR', 'b64', encoded],
    ['My/System/{hash}', 'DG', 'node', { list: mine('System') }],
    ['My/User/{hash}', 'DG', 'node', { list: mine('User') }],
    ['My/WSTEP/CertThumprint', 'G', 'chr', (machine) => thumbprint(machine)],
    [`${renew}/RenewPeriod`, 'ADGR', 'int', { range: [1, 1000], read: renewal('periodDays') }],
    [`${renew}/RetryInterval`, 'ADGR', 'int', { range: [1, 1000], read: renewal('retryDays') }],
    [`${renew}/ServerURL`, 'ADGR', 'chr', { read: renewal('serverUrl') }],
    // Entra and federated enrolments renew automatically or not at all.
    [
      `${renew}/ROBOSupport`,
      'ADGR',
      'bool',
      {
        read: ({ enrolment }) => (enrolment?.renew ? 'true' : undefined),
        onWrite: (_machine, value) => (value === 'false' ? notAllowed : undefined),
      },
    ],
    [`${renew}/Status`, 'G', 'int', ({ state }) => state.outcomes['renewStatus'] ?? '0'],
    [`${renew}/ErrorCode`, 'G', 'int', ({ state }) => state.outcomes['renewError'] ?? '0'],
    [
      `${renew}/LastRenewalAttemptTime`,
      'G',
      'time',
      { min: '14393', read: ({ state }) => state.outcomes['renewAttempt'] },
    ],
    [`${renew}/RenewNow`, 'X', 'null', { min: '14393', exec: renewNow }],
  ]),
  ...provider(trusted, {}, [
    ['Root/{hash}', 'DG', 'node'],
    ['Root/{hash}/EncodedCertificate', 'AGR', 'b64', { onWrite: checkThumbprint }],
    ['Root/{hash}/IssuedTo', 'G', 'chr', (machine, [hash]) => nameIn(machine, hash)],
    ['CA/{hash}', 'DG', 'node'],
    ['CA/{hash}/EncodedCertificate', 'AGR', 'b64', { onWrite: checkThumbprint }],
  ]),
]

function thumbprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint.replaceAll(':', '')
}

function thumbprint({ enrolment }: Machine): string | undefined {
  return enrolment && thumbprintOf(enrolment.certificate)
}

function roots({ enrolment }: Machine): string[] {
  return enrolment?.roots.map(thumbprintOf) ?? []
}

function mine(store: 'System' | 'User') {
  return (machine: Machine) => {
    const own = thumbprint(machine)
    return own !== undefined && machine.enrolment?.store === store ? [own] : []
  }
}

function encoded({ enrolment }: Machine, [hash]: readonly string[]): string | undefined {
  const pem = enrolment?.roots.find((root) => thumbprintOf(root) === hash)
  return pem && new X509Certificate(pem).raw.toString('base64')
}

function renewal(name: 'periodDays' | 'retryDays' | 'serverUrl') {
  return ({ enrolment }: Machine) => {
    const value = enrolment?.renew?.[name]
    return value === undefined ? undefined : String(value)
  }
}

function renewNow(machine: Machine): Outcome {
  if (fact(machine, 'renewNow') === 'refused') return notAllowed
  machine.state.renewNow = true
  machine.state.outcomes['renewStatus'] = '1'
  return ok
}

function checkThumbprint(
  _machine: Machine,
  value: string | undefined,
  [hash]: readonly string[],
): Outcome | undefined {
  if (value === undefined) return undefined
  try {
    const { fingerprint } = new X509Certificate(Buffer.from(value, 'base64'))
    return fingerprint.replaceAll(':', '') === hash ? undefined : badArgument
  } catch {
    return badArgument
  }
}

function nameIn(machine: Machine, hash: string | undefined): string | undefined {
  const value = readWritten(machine, `${trusted}/Root/${hash}/EncodedCertificate`)
  return value && new X509Certificate(Buffer.from(value, 'base64')).subject
}
