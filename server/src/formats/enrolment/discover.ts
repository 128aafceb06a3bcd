import type { Envelope } from '../soap/read-envelope.ts'
import { NAMESPACES } from '../soap/soap-names.ts'
import { writeEnvelope } from '../soap/write-envelope.ts'
import { node } from '../xml/write-xml.ts'
import { childOf, childrenOf, textOf, XmlRefused } from '../xml/xml-element.ts'

/** What a device says when it looks for its management. @see windows-mdm.md 2.2 */
export type Discover = {
  /** As it was typed; absent when Entra sent the device here. */
  readonly email: string | undefined
  readonly requestVersion: string
  readonly deviceType: string | undefined
  /** The build: `10.0.26100.4349`. */
  readonly osVersion: string | undefined
  /** Windows' own number of the edition: 48 is Pro. */
  readonly osEdition: string | undefined
  readonly authPolicies: readonly string[]
}

/** @throws {XmlRefused} `missing` when it is no such request. */
export function readDiscover({ body }: Envelope): Discover {
  const request = body.name === 'Discover' ? childOf(body, 'request') : undefined
  if (!request) throw new XmlRefused('missing', 'No request to discover')
  const text = (name: string) => textOf(childOf(request, name))
  return {
    email: text('EmailAddress'),
    requestVersion: text('RequestVersion') ?? '1.0',
    deviceType: text('DeviceType'),
    osVersion: text('ApplicationVersion'),
    osEdition: text('OSEdition'),
    authPolicies: childrenOf(childOf(request, 'AuthPolicies'), 'AuthPolicy').flatMap(
      (policy) => textOf(policy) ?? [],
    ),
  }
}

/** From 5.0 on clients add key attestation, which is not asked for. */
const HIGHEST_VERSION = 4

/** The lower of what is asked for and what is spoken here. */
export function agreeOnVersion(requested: string): string {
  const number = /^[1-9](?:\.\d)?$/.test(requested) ? Number(requested) : HIGHEST_VERSION
  return Math.min(number, HIGHEST_VERSION).toFixed(1)
}

export type DiscoverAnswer = {
  readonly version: string
  readonly policyUrl: string
  readonly enrolmentUrl: string
  /** Where somebody signs in who typed the server's name; Entra's flow does not look at it. */
  readonly signInUrl: string
  readonly relatesTo: string | undefined
  readonly activityId: string
}

/**
 * Federated in any case: to `OnPremise`, Windows answers with a password in clear.
 *
 * @see windows-mdm.md 2.3, 2.4
 */
export function writeDiscoverResponse(answer: DiscoverAnswer): string {
  const { version, policyUrl, enrolmentUrl, signInUrl, relatesTo, activityId } = answer
  return writeEnvelope({
    action: 'discoverResponse',
    relatesTo,
    activityId,
    bodyAttributes: {
      'xmlns:xsi': NAMESPACES.schemaInstance,
      'xmlns:xsd': NAMESPACES.schema,
    },
    body: node('DiscoverResponse', { xmlns: NAMESPACES.discovery }, [
      node('DiscoverResult', {}, [
        node('AuthPolicy', {}, 'Federated'),
        node('EnrollmentVersion', {}, version),
        node('EnrollmentPolicyServiceUrl', {}, policyUrl),
        node('EnrollmentServiceUrl', {}, enrolmentUrl),
        node('AuthenticationServiceUrl', {}, signInUrl),
      ]),
    ]),
  })
}
