import { ns } from './namespaces.ts'
import type { DeviceProfile } from './profile.ts'
import { child, type Element, isInOrder, text } from './read-xml.ts'
import { codes, WindowsError } from './windows-error.ts'
import { escapeXml } from './write-envelope.ts'

/** Where the enrolment goes on. */
export type Discovered = {
  readonly authPolicy: string
  readonly version: string
  readonly policyUrl: string | undefined
  readonly enrolmentUrl: string
  readonly authenticationUrl: string | undefined
}

const order = [
  'AuthPolicy',
  'EnrollmentVersion',
  'EnrollmentPolicyServiceUrl',
  'EnrollmentServiceUrl',
  'AuthenticationServiceUrl',
  'DeviceAssociationMaaUrl',
  'GatewayService',
]

/**
 * The question where to enrol. Without an address in the flow that Entra began.
 *
 * @param turn elements come in another order in Microsoft's sample than in the recording
 */
export function writeDiscover(
  profile: DeviceProfile,
  options: { email?: string | undefined; turn?: boolean } = {},
): string {
  const elements = [
    `<EmailAddress>${escapeXml(options.email ?? '')}</EmailAddress>`,
    `<RequestVersion>${profile.requestVersion}</RequestVersion>`,
    '<DeviceType>CIMClient_Windows</DeviceType>',
    `<ApplicationVersion>${profile.osVersion}</ApplicationVersion>`,
    `<OSEdition>${profile.edition}</OSEdition>`,
    '<AuthPolicies><AuthPolicy>OnPremise</AuthPolicy><AuthPolicy>Federated</AuthPolicy></AuthPolicies>',
  ]
  const ordered = options.turn ? elements.toReversed() : elements
  return (
    `<Discover xmlns="${ns.discovery}"><request xmlns:i="${ns.instance}">` +
    `${ordered.join('')}</request></Discover>`
  )
}

/** Judges the answer. @throws WindowsError */
export function readDiscovered(content: Element, profile: DeviceProfile): Discovered {
  const result = child(content, ns.discovery, 'DiscoverResult')
  if (content.localName !== 'DiscoverResponse' || content.namespaceURI !== ns.discovery || !result)
    throw bad(`no DiscoverResponse but ${content.nodeName}`)
  if (!isInOrder(result, order)) throw bad('the elements of DiscoverResult are not in order')
  const value = (name: string) => text(child(result, ns.discovery, name)) || undefined
  const authPolicy = value('AuthPolicy')
  if (authPolicy === undefined || !['Federated', 'OnPremise', 'Certificate'].includes(authPolicy))
    throw bad(`AuthPolicy is ${authPolicy}`)
  const version = value('EnrollmentVersion')
  if (!version || !/^\d\.0$/.test(version) || Number(version) > Number(profile.requestVersion))
    throw bad(`EnrollmentVersion is ${version}, asked for ${profile.requestVersion}`)
  const policyUrl = value('EnrollmentPolicyServiceUrl')
  const enrolmentUrl = value('EnrollmentServiceUrl')
  if (enrolmentUrl === undefined) throw bad('EnrollmentServiceUrl is missing')
  if (!isUrl(enrolmentUrl) || (policyUrl !== undefined && !isUrl(policyUrl)))
    throw bad('a service URL is no URL')
  if (policyUrl !== undefined && hostOf(policyUrl) !== hostOf(enrolmentUrl))
    throw bad(`policy is at ${hostOf(policyUrl)}, enrolment at ${hostOf(enrolmentUrl)}`)
  const authenticationUrl = value('AuthenticationServiceUrl')
  if (authenticationUrl !== undefined && authPolicy !== 'Federated')
    throw bad(`AuthenticationServiceUrl does not go with ${authPolicy}`)
  return { authPolicy, version, policyUrl, enrolmentUrl, authenticationUrl }
}

const isUrl = (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text)
const hostOf = (url: string) => new URL(url).hostname

function bad(reason: string): WindowsError {
  return new WindowsError(codes.messageFormat, reason)
}
