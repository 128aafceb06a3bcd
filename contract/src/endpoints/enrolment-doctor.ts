import * as doctor from '../enrolment-doctor.ts'
import { InOrganization } from '../values.ts'
import { type Endpoint, org } from './endpoint.ts'

export const enrolmentDoctorEndpoints = {
  diagnoseEnrolment: {
    method: 'GET',
    path: `${org}/enrolments/doctor`,
    tag: 'Enrolment',
    permission: 'devices.read',
    summary: 'Explain error codes of Windows and Entra, and find the attempts they belong to',
    params: InOrganization,
    query: doctor.DoctorQuestion,
    status: 200,
    response: doctor.Diagnosis,
  },
  getOutsideTest: {
    method: 'GET',
    path: `${org}/enrolments/outside-test`,
    tag: 'Enrolment',
    permission: 'devices.read',
    summary: 'What the last test from outside found',
    params: InOrganization,
    status: 200,
    response: doctor.LastOutsideTest,
  },
  runOutsideTest: {
    method: 'POST',
    path: `${org}/enrolments/outside-test`,
    tag: 'Enrolment',
    permission: 'devices.manage',
    summary: 'Call this server by its public name as Windows would, up to the certificate',
    params: InOrganization,
    status: 200,
    response: doctor.OutsideTest,
    refusals: [409],
  },
} as const satisfies Record<string, Endpoint>
