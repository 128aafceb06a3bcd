/** What the server said in a SOAP fault. */
export type Fault = {
  readonly subcode: string
  readonly errorType: string | undefined
  readonly message: string | undefined
  readonly traceId: string | undefined
}

/**
 * Windows gives up, with the code that it shows and logs: an HRESULT, a code of the sign-in web view
 * (`CAA…`), or the word that the terms of use ended with.
 */
export class WindowsError extends Error {
  readonly code: string
  readonly fault: Fault | undefined
  constructor(code: string, reason: string, fault?: Fault) {
    super(reason)
    this.name = 'WindowsError'
    this.code = code
    this.fault = fault
  }
}

/** Windows' own codes, by what they say. */
export const codes = {
  messageFormat: '0x80180001',
  unknownServerError: '0x80180008',
  alreadyEnrolled: '0x8018000A',
  notEnrolled: '0x8018000B',
  certificateDateInvalid: '0x8018000D',
  passwordNeeded: '0x8018000E',
  webViewFailed: '0x8018000F',
  serverCertificateInvalid: '0x80180012',
  redirectNotSecure: '0x8018001A',
  certificateStoreFailed: '0x8018001E',
  applicationFailed: '0x8018001F',
  dmClientFailed: '0x80180020',
  otherProviderFailed: '0x80180022',
  clientCertificateNotFound: '0x80180024',
  keyNotMade: '0x80180027',
  certificateNotFound: '0x80180028',
  emptyMessage: '0x80180029',
  notConfigured: '0x80180031',
  tooManyRequests: '0x80180033',
  timeout: '0x80072EE2',
  nameNotResolved: '0x80072EE7',
  cannotConnect: '0x80072EFD',
  connectionAborted: '0x80072EFE',
  secureChannelFailed: '0x80072F8F',
  untrustedRedirect: '0x801C000B',
} as const

/** `0x801901xx`: an HTTP status that Windows has no better word for. */
export function statusCode(status: number): string {
  return `0x8019${status.toString(16).padStart(4, '0').toUpperCase()}`
}

/** [MS-MDE2] 2.2.10: subcodes of a SOAP fault. */
const subcodes: Readonly<Record<string, string>> = {
  MessageFormat: '0x80180001',
  Authentication: '0x80180002',
  Authorization: '0x80180003',
  CertificateRequest: '0x80180004',
  EnrollmentServer: '0x80180005',
  InternalServiceFault: '0x80180006',
  InvalidSecurity: '0x80180007',
}

/** The finer errors in the fault's detail. */
const errorTypes: Readonly<Record<string, string>> = {
  DeviceCapReached: '0x80180013',
  DeviceNotSupported: '0x80180014',
  NotSupported: '0x80180015',
  NotEligibleToRenew: '0x80180016',
  InMaintenance: '0x80180017',
  UserLicense: '0x80180018',
  InvalidEnrollmentData: '0x80180019',
  CustomServerError: '0x80180032',
}

/** The code that Windows makes of a fault. The words are compared with their case. */
export function faultCode(fault: Fault): string {
  const [, subcode = fault.subcode] = /^\w+:(.*)$/.exec(fault.subcode) ?? []
  const fine = fault.errorType === undefined ? undefined : errorTypes[fault.errorType]
  return fine ?? subcodes[subcode] ?? codes.unknownServerError
}
