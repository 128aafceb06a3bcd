import type { DoctorStage } from '@mooring/contract/enrolment-doctor'

type WindowsCode = { readonly name: string | undefined; readonly stage: DoctorStage }

/**
 * What Windows shows while it joins and enrols, and where it was then. The words are in the catalogues,
 * `doctor.<code>.title`, `.cause` and `.remedy`.
 *
 * @see [MS-MDE2] 2.2.10; Windows "MDM registration error values"; windows-mdm.md 4.8
 */
export const WINDOWS_CODES: Readonly<Record<string, WindowsCode>> = {
  '0x80180001': { name: 'MENROLL_E_DEVICE_MESSAGE_FORMAT_ERROR', stage: 'enrolment' },
  '0x80180002': { name: 'MENROLL_E_DEVICE_AUTHENTICATION_ERROR', stage: 'enrolment' },
  '0x80180003': { name: 'MENROLL_E_DEVICE_AUTHORIZATION_ERROR', stage: 'enrolment' },
  '0x80180004': { name: 'MENROLL_E_DEVICE_CERTIFICATEREQUEST_ERROR', stage: 'enrolment' },
  '0x80180005': { name: 'MENROLL_E_DEVICE_CONFIGMGRSERVER_ERROR', stage: 'enrolment' },
  '0x80180006': { name: 'MENROLL_E_DEVICE_INTERNALSERVICE_ERROR', stage: 'enrolment' },
  '0x80180007': { name: 'MENROLL_E_DEVICE_INVALIDSECURITY_ERROR', stage: 'enrolment' },
  '0x80180008': { name: 'MENROLL_E_DEVICE_UNKNOWN_ERROR', stage: 'enrolment' },
  '0x80180009': { name: 'MENROLL_E_ENROLLMENT_IN_PROGRESS', stage: 'device' },
  '0x8018000A': { name: 'MENROLL_E_DEVICE_ALREADY_ENROLLED', stage: 'device' },
  '0x8018000B': { name: 'MENROLL_E_DEVICE_NOT_ENROLLED', stage: 'device' },
  '0x8018000D': { name: 'MENROLL_E_DISCOVERY_SEC_CERT_DATE_INVALID', stage: 'discovery' },
  '0x8018000E': { name: 'MENROLL_E_PASSWORD_NEEDED', stage: 'signIn' },
  '0x8018000F': { name: 'MENROLL_E_WAB_ERROR', stage: 'signIn' },
  '0x80180010': { name: 'MENROLL_E_CONNECTIVITY', stage: 'network' },
  '0x80180012': { name: 'MENROLL_E_INVALIDSSLCERT', stage: 'network' },
  '0x80180013': { name: 'MENROLL_E_DEVICECAPREACHED', stage: 'enrolment' },
  '0x80180014': { name: 'MENROLL_E_DEVICENOTSUPPORTED', stage: 'enrolment' },
  '0x80180015': { name: 'MENROLL_E_NOTSUPPORTED', stage: 'enrolment' },
  '0x80180016': { name: 'MENROLL_E_NOTELIGIBLETORENEW', stage: 'renewal' },
  '0x80180017': { name: 'MENROLL_E_INMAINTENANCE', stage: 'enrolment' },
  '0x80180018': { name: 'MENROLL_E_USERLICENSE', stage: 'enrolment' },
  '0x80180019': { name: 'MENROLL_E_ENROLLMENTDATAINVALID', stage: 'enrolment' },
  '0x8018001A': { name: 'MENROLL_E_INSECUREREDIRECT', stage: 'discovery' },
  '0x8018001B': { name: 'MENROLL_E_PLATFORM_WRONG_STATE', stage: 'device' },
  '0x8018001C': { name: 'MENROLL_E_PLATFORM_LICENSE_ERROR', stage: 'device' },
  '0x8018001D': { name: 'MENROLL_E_PLATFORM_UNKNOWN_ERROR', stage: 'device' },
  '0x8018001E': { name: 'MENROLL_E_PROV_CSP_CERTSTORE', stage: 'install' },
  '0x8018001F': { name: 'MENROLL_E_PROV_CSP_W7', stage: 'install' },
  '0x80180020': { name: 'MENROLL_E_PROV_CSP_DMCLIENT', stage: 'install' },
  '0x80180021': { name: 'MENROLL_E_PROV_CSP_PFW', stage: 'install' },
  '0x80180022': { name: 'MENROLL_E_PROV_CSP_MISC', stage: 'install' },
  '0x80180023': { name: 'MENROLL_E_PROV_UNKNOWN', stage: 'install' },
  '0x80180025': { name: 'MENROLL_E_PROV_CSP_APPMGMT', stage: 'install' },
  '0x80180024': { name: 'MENROLL_E_PROV_SSLCERTNOTFOUND', stage: 'install' },
  '0x80180026': { name: 'MENROLL_E_DEVICE_MANAGEMENT_BLOCKED', stage: 'device' },
  '0x80180027': { name: 'MENROLL_E_CERTPOLICY_PRIVATEKEYCREATION_FAILED', stage: 'policy' },
  '0x80180028': { name: 'MENROLL_E_CERTAUTH_FAILED_TO_FIND_CERT', stage: 'enrolment' },
  '0x80180029': { name: 'MENROLL_E_EMPTY_MESSAGE', stage: 'enrolment' },
  '0x80180030': { name: 'MENROLL_E_USER_CANCELLED', stage: 'device' },
  '0x80180031': { name: 'MENROLL_E_MDM_NOT_CONFIGURED', stage: 'join' },
  '0x80180032': { name: 'MENROLL_E_CUSTOMSERVERERROR', stage: 'enrolment' },
  '0x80180033': { name: 'MENROLL_E_SERVER429', stage: 'enrolment' },
  '0x8018002A': { name: 'MENROLL_E_USER_CANCELED', stage: 'device' },
  '0x8018002B': { name: undefined, stage: 'join' },
  '0x801C0003': { name: undefined, stage: 'join' },
  '0x801C000B': { name: undefined, stage: 'join' },
  '0x801C000C': { name: undefined, stage: 'join' },
  '0x801C000E': { name: undefined, stage: 'join' },
  '0x801C0013': { name: undefined, stage: 'join' },
  '0x80072EE2': { name: 'ERROR_INTERNET_TIMEOUT', stage: 'network' },
  '0x80072EE7': { name: 'ERROR_INTERNET_NAME_NOT_RESOLVED', stage: 'network' },
  '0x80072EFD': { name: 'ERROR_INTERNET_CANNOT_CONNECT', stage: 'network' },
  '0x80072EFE': { name: 'ERROR_INTERNET_CONNECTION_ABORTED', stage: 'network' },
  '0x80072F05': { name: 'ERROR_INTERNET_SEC_CERT_DATE_INVALID', stage: 'network' },
  '0x80072F06': { name: 'ERROR_INTERNET_SEC_CERT_CN_INVALID', stage: 'network' },
  '0x80072F0C': { name: 'ERROR_INTERNET_CLIENT_AUTH_CERT_NEEDED', stage: 'network' },
  '0x80072F0D': { name: 'ERROR_INTERNET_INVALID_CA', stage: 'network' },
  '0x80072F8F': { name: 'ERROR_INTERNET_SECURE_FAILURE', stage: 'network' },
}

/** Statuses with words of their own, `doctor.http.<status>.…`. */
export const HTTP_STATUSES: ReadonlySet<number> = new Set([
  200, 400, 401, 403, 404, 405, 407, 413, 429, 500, 502, 503, 504,
])

/** With what the terms of use end a join, as Windows logs it. `doctor.terms.<word>.…` */
export const TERMS_WORDS = [
  'invalid_request',
  'unauthorized_client',
  'access_denied',
  'server_error',
  'rejectedTermsOfUse',
] as const
