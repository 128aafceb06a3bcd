import { ns } from './namespaces.ts'
import { children, descend, type Element, isInOrder, text } from './read-xml.ts'

/** How the request for a certificate is to be made. */
export type CertificatePolicy = {
  readonly hash: 'sha256' | 'sha1'
  readonly keyBits: number
  /** Names of providers in the order of preference. Empty: whichever. */
  readonly providers: readonly string[]
  /** Why the answer was passed over, as Windows does silently. */
  readonly ignored: string | undefined
}

const sha256 = '2.16.840.1.101.3.4.2.1'

const responseOrder = [
  'policyID',
  'policyFriendlyName',
  'nextUpdateHours',
  'policiesNotChanged',
  'policies',
]
const attributesOrder = [
  'commonName',
  'policySchema',
  'certificateValidity',
  'permission',
  'privateKeyAttributes',
  'revision',
  'supersededPolicies',
  'privateKeyFlags',
  'subjectNameFlags',
  'enrollmentFlags',
  'generalFlags',
  'hashAlgorithmOIDReference',
  'rARequirements',
  'keyArchivalAttributes',
  'extensions',
]
const keyOrder = [
  'minimalKeyLength',
  'keySpec',
  'keyUsageProperty',
  'permissions',
  'algorithmOIDReference',
  'cryptoProviders',
]

export function writeGetPolicies(): string {
  return (
    `<GetPolicies xmlns="${ns.policy}" xmlns:xsi="${ns.instance}">` +
    '<client><lastUpdate xsi:nil="true"/><preferredLanguage xsi:nil="true"/></client>' +
    '<requestFilter xsi:nil="true"/></GetPolicies>'
  )
}

/** Without a policy that it understands, Windows makes an RSA-2048 key and signs with SHA-1. */
export const noPolicy = (ignored: string): CertificatePolicy => ({
  hash: 'sha1',
  keyBits: 2048,
  providers: [],
  ignored,
})

/**
 * Reads the policy. One that breaks the schema is passed over without a word, as was seen with a
 * real device.
 * @see [MS-XCEP] 3.1.4.1.1.2
 */
export function readPolicies(content: Element): CertificatePolicy {
  const at = (from: Element | undefined, ...names: string[]) => descend(from, ns.policy, ...names)
  if (content.localName !== 'GetPoliciesResponse' || content.namespaceURI !== ns.policy)
    return noPolicy(`no GetPoliciesResponse but ${content.nodeName}`)
  if (!isComplete(content, ['response', 'cAs', 'oIDs']))
    return noPolicy('GetPoliciesResponse is not response, cAs, oIDs')
  const response = at(content, 'response')
  const policy = at(response, 'policies', 'policy')
  const attributes = at(policy, 'attributes')
  const keys = at(attributes, 'privateKeyAttributes')
  if (!response || !policy || !attributes || !keys) return noPolicy('no policy')
  if (!isInOrder(response, responseOrder)) return noPolicy('response is not in order')
  if (!isComplete(policy, ['policyOIDReference', 'cAs', 'attributes']))
    return noPolicy('policy is not policyOIDReference, cAs, attributes')
  if (!isComplete(attributes, attributesOrder)) return noPolicy('attributes are not complete')
  if (!isComplete(keys, keyOrder)) return noPolicy('privateKeyAttributes are not complete')
  if (text(at(attributes, 'policySchema')) !== '3')
    return noPolicy('only policySchema 3 knows hash algorithms')
  const reference = text(at(attributes, 'hashAlgorithmOIDReference'))
  const oids = at(content, 'oIDs')
  const named = (oids ? children(oids) : []).find(
    (oid) => text(at(oid, 'oIDReferenceID')) === reference,
  )
  const keyBits = Number(text(at(keys, 'minimalKeyLength')))
  if (!(keyBits >= 1024 && keyBits <= 4096)) return noPolicy(`minimalKeyLength is ${keyBits}`)
  const providers = at(keys, 'cryptoProviders')
  return {
    hash: text(at(named, 'value')) === sha256 ? 'sha256' : 'sha1',
    keyBits,
    providers: (providers ? children(providers) : []).map((provider) => text(provider) ?? ''),
    ignored: undefined,
  }
}

/** The provider that makes the key: the first that the PC has. */
export function chooseProvider(policy: CertificatePolicy, hasTpm: boolean): string | undefined {
  const known = (name: string) =>
    name === 'Microsoft Software Key Storage Provider' ||
    (name === 'Microsoft Platform Crypto Provider' && hasTpm)
  if (policy.providers.length === 0) return 'Microsoft Software Key Storage Provider'
  return policy.providers.find(known)
}

function isComplete(parent: Element, names: readonly string[]): boolean {
  const found = children(parent)
  return found.length === names.length && found.every(({ localName }, i) => localName === names[i])
}
