import { NAMESPACES } from '../soap/soap-names.ts'
import { writeEnvelope } from '../soap/write-envelope.ts'
import { node, type XmlNode } from '../xml/write-xml.ts'

const NIL = { 'xsi:nil': 'true' }
const nil = (name: string) => node(name, NIL)
const text = (name: string, value: string | number) => node(name, {}, String(value))

export type PoliciesAnswer = {
  /** Shown nowhere; names the template. */
  readonly commonName: string
  readonly validitySeconds: number
  readonly renewalSeconds: number
  readonly relatesTo: string | undefined
  readonly activityId: string
}

/** The TPM first; a machine without one keeps its key in software. */
const PROVIDERS = ['Microsoft Platform Crypto Provider', 'Microsoft Software Key Storage Provider']

/**
 * The answer to GetPolicies: RSA of 2048 bits, SHA-256, the TPM first. In the schema's order, with
 * everything unused said to be nil: a device that cannot read it falls back to SHA-1 without a word.
 *
 * @see MS-XCEP 3.1.4.1.2; windows-mdm.md 3
 */
export function writePolicies(answer: PoliciesAnswer): string {
  const { commonName, validitySeconds, renewalSeconds, relatesTo, activityId } = answer
  const attributes = node('attributes', {}, [
    text('commonName', commonName),
    // Only from 3 on a hash algorithm can be named.
    text('policySchema', 3),
    node('certificateValidity', {}, [
      text('validityPeriodSeconds', validitySeconds),
      text('renewalPeriodSeconds', renewalSeconds),
    ]),
    node('permission', {}, [text('enroll', 'true'), text('autoEnroll', 'false')]),
    node('privateKeyAttributes', {}, [
      text('minimalKeyLength', 2048),
      nil('keySpec'),
      nil('keyUsageProperty'),
      nil('permissions'),
      nil('algorithmOIDReference'),
      node(
        'cryptoProviders',
        {},
        PROVIDERS.map((provider) => text('provider', provider)),
      ),
    ]),
    node('revision', {}, [text('majorRevision', 101), text('minorRevision', 0)]),
    nil('supersededPolicies'),
    nil('privateKeyFlags'),
    nil('subjectNameFlags'),
    nil('enrollmentFlags'),
    nil('generalFlags'),
    text('hashAlgorithmOIDReference', 0),
    nil('rARequirements'),
    nil('keyArchivalAttributes'),
    nil('extensions'),
  ])
  return writeEnvelope({
    action: 'getPoliciesResponse',
    relatesTo,
    activityId,
    bodyAttributes: { 'xmlns:xsi': NAMESPACES.schemaInstance, 'xmlns:xsd': NAMESPACES.schema },
    body: node('GetPoliciesResponse', { xmlns: NAMESPACES.policy }, [
      node('response', {}, [
        node('policyID'),
        nil('policyFriendlyName'),
        nil('nextUpdateHours'),
        nil('policiesNotChanged'),
        node('policies', {}, [
          node('policy', {}, [text('policyOIDReference', 0), nil('cAs'), attributes]),
        ]),
      ]),
      nil('cAs'),
      node('oIDs', {}, [
        oid('2.16.840.1.101.3.4.2.1', { group: 4, reference: 0, name: 'szOID_NIST_sha256' }),
        oid('1.2.840.113549.1.1.1', { group: 3, reference: 1, name: 'szOID_RSA_RSA' }),
      ]),
    ]),
  })
}

type Oid = { group: number; reference: number; name: string }

function oid(value: string, { group, reference, name }: Oid): XmlNode {
  return node('oID', {}, [
    text('value', value),
    text('group', group),
    text('oIDReferenceID', reference),
    text('defaultName', name),
  ])
}
