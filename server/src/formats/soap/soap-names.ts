/** Namespaces and actions of the enrolment protocol. @see MS-MDE2, MS-XCEP, MS-WSTEP */
export const NAMESPACES = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://www.w3.org/2005/08/addressing',
  diagnostics: 'http://schemas.microsoft.com/2004/09/ServiceModel/Diagnostics',
  security: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  utility: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  discovery: 'http://schemas.microsoft.com/windows/management/2012/01/enrollment',
  policy: 'http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy',
  enrollment: 'http://schemas.microsoft.com/windows/pki/2009/01/enrollment',
  trust: 'http://docs.oasis-open.org/ws-sx/ws-trust/200512',
  schemaInstance: 'http://www.w3.org/2001/XMLSchema-instance',
  schema: 'http://www.w3.org/2001/XMLSchema',
} as const

export const ACTIONS = {
  discover: `${NAMESPACES.discovery}/IDiscoveryService/Discover`,
  discoverResponse: `${NAMESPACES.discovery}/IDiscoveryService/DiscoverResponse`,
  getPolicies: `${NAMESPACES.policy}/IPolicy/GetPolicies`,
  getPoliciesResponse: `${NAMESPACES.policy}/IPolicy/GetPoliciesResponse`,
  requestToken: `${NAMESPACES.enrollment}/RST/wstep`,
  requestTokenResponse: `${NAMESPACES.enrollment}/RSTRC/wstep`,
} as const
export type SoapAction = keyof typeof ACTIONS
