/** Namespaces and names of the enrolment protocols, as [MS-MDE2], [MS-XCEP] and [MS-WSTEP] spell them. */
export const ns = {
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  addressing: 'http://www.w3.org/2005/08/addressing',
  discovery: 'http://schemas.microsoft.com/windows/management/2012/01/enrollment',
  policy: 'http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy',
  enrolment: 'http://schemas.microsoft.com/windows/pki/2009/01/enrollment',
  trust: 'http://docs.oasis-open.org/ws-sx/ws-trust/200512',
  security: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  utility: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  authorization: 'http://schemas.xmlsoap.org/ws/2006/12/authorization',
  instance: 'http://www.w3.org/2001/XMLSchema-instance',
} as const

/** One conversation: what is asked, what must come back, and the id that Windows never changes. */
export type Exchange = {
  readonly action: string
  readonly answerAction: string
  readonly messageId: string
}

export const exchanges = {
  discover: {
    action: `${ns.discovery}/IDiscoveryService/Discover`,
    answerAction: `${ns.discovery}/IDiscoveryService/DiscoverResponse`,
    messageId: 'urn:uuid:748132ec-a575-4329-b01b-6171a9cf8478',
  },
  policies: {
    action: `${ns.policy}/IPolicy/GetPolicies`,
    answerAction: `${ns.policy}/IPolicy/GetPoliciesResponse`,
    messageId: 'urn:uuid:72048B64-0F19-448F-8C2E-B4C661860AA0',
  },
  request: {
    action: `${ns.enrolment}/RST/wstep`,
    answerAction: `${ns.enrolment}/RSTRC/wstep`,
    messageId: 'urn:uuid:0d5a1441-5891-453b-becf-a2e5f6ea3749',
  },
} as const satisfies Record<string, Exchange>

const enrolmentTypes = 'http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment'

export const valueTypes = {
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
  ownToken: `${enrolmentTypes}/DeviceEnrollmentUserToken`,
  token: `${enrolmentTypes}/DeviceEnrollmentToken`,
  document: `${enrolmentTypes}/DeviceEnrollmentProvisionDoc`,
  pkcs10: `${ns.enrolment}#PKCS10`,
  pkcs7: `${ns.security}#PKCS7`,
  base64: `${ns.security}#base64binary`,
  passwordText:
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText',
} as const
