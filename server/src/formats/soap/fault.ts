import { node } from '../xml/write-xml.ts'
import { NAMESPACES, type SoapAction } from './soap-names.ts'
import { writeEnvelope } from './write-envelope.ts'

/** What Windows makes an error code of. @see MS-MDE2 2.2.9; windows-mdm.md 4.8 */
export const FAULT_CODES = {
  's:MessageFormat': 0x80180001,
  's:Authentication': 0x80180002,
  's:Authorization': 0x80180003,
  's:CertificateRequest': 0x80180004,
  's:EnrollmentServer': 0x80180005,
  'a:InternalServiceFault': 0x80180006,
  'a:InvalidSecurity': 0x80180007,
} as const
export type FaultCode = keyof typeof FAULT_CODES

/** A refusal that is told more exactly than by the code. */
export const FAULT_TYPES = {
  DeviceCapReached: 0x80180013,
  DeviceNotSupported: 0x80180014,
  NotSupported: 0x80180015,
  NotEligibleToRenew: 0x80180016,
  InMaintenance: 0x80180017,
  UserLicense: 0x80180018,
  InvalidEnrollmentData: 0x80180019,
  CustomServerError: 0x80180032,
} as const
export type FaultType = keyof typeof FAULT_TYPES

export type Fault = {
  readonly code: FaultCode
  readonly type?: FaultType | undefined
  /** For the device's log, in English; no secrets, no personal data. */
  readonly message: string
}

/** What the device will show for a fault: `0x80180013`. */
export function hresultOf({ code, type }: Pick<Fault, 'code' | 'type'>): string {
  const number = type ? FAULT_TYPES[type] : FAULT_CODES[code]
  return `0x${number.toString(16).toUpperCase()}`
}

/** Writes a fault. To be sent with HTTP 500: with any other status Windows reports the status instead. */
export function writeFault(
  fault: Fault,
  answer: { action: SoapAction; relatesTo: string | undefined; activityId: string },
): string {
  const { code, type, message } = fault
  return writeEnvelope({
    ...answer,
    body: node('s:Fault', {}, [
      node('s:Code', {}, [
        node('s:Value', {}, 's:Receiver'),
        node('s:Subcode', {}, [node('s:Value', {}, code)]),
      ]),
      node('s:Reason', {}, [node('s:Text', { 'xml:lang': 'en-us' }, message)]),
      node('s:Detail', {}, [
        node('DeviceEnrollmentServiceError', { xmlns: NAMESPACES.enrollment }, [
          // Without a type of its own Windows takes the code.
          type === undefined ? undefined : node('ErrorType', {}, type),
          node('Message', {}, message),
          node('TraceId', {}, answer.activityId),
        ]),
      ]),
    ]),
  })
}
