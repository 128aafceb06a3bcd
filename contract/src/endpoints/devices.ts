import * as devices from '../devices.ts'
import { InOrganization, ListQuery, pageOf } from '../values.ts'
import { type Endpoint, inOrgWith, org } from './endpoint.ts'

export const deviceEndpoints = {
  listDevices: {
    method: 'GET',
    path: `${org}/devices`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'Managed devices by name',
    params: InOrganization,
    query: ListQuery.extend(devices.DeviceFilter.shape),
    status: 200,
    response: pageOf(devices.Device),
  },
  getDevice: {
    method: 'GET',
    path: `${org}/devices/{device}`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'One managed device',
    params: inOrgWith('device'),
    status: 200,
    response: devices.DeviceDetail,
  },
} as const satisfies Record<string, Endpoint>
