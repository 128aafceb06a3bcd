import { InOrganization } from '../values.ts'
import { type Endpoint, inOrgWith, org } from './endpoint.ts'

export const liveEndpoints = {
  watchDevice: {
    method: 'GET',
    path: `${org}/devices/{device}/events`,
    tag: 'Devices',
    permission: 'devices.read',
    summary:
      'Server-sent events named `marks`, one each time a device, what it says or what it was told changes',
    params: inOrgWith('device'),
    status: 200,
    stream: 'text/event-stream',
  },
  watchEnrolmentAttempts: {
    method: 'GET',
    path: `${org}/enrolments/attempts/events`,
    tag: 'Enrolment',
    permission: 'devices.read',
    summary: 'Server-sent events named `marks`, one each time an attempt to enrol goes on',
    params: InOrganization,
    status: 200,
    stream: 'text/event-stream',
  },
} as const satisfies Record<string, Endpoint>
