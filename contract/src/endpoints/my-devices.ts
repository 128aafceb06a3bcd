import { z } from 'zod'
import * as devices from '../devices.ts'
import * as own from '../my-devices.ts'
import { InOrganization } from '../values.ts'
import { type Endpoint, inOrgWith, org } from './endpoint.ts'

const mine = '/account/devices'
const inMine = z.object({ device: z.string().min(1).max(80) })

export const myDeviceEndpoints = {
  listMyDevices: {
    method: 'GET',
    path: mine,
    tag: 'My devices',
    permission: 'signedIn',
    summary: "One's own devices, latest enrolled first",
    status: 200,
    response: own.MyDevices,
  },
  getMyDevice: {
    method: 'GET',
    path: `${mine}/{device}`,
    tag: 'My devices',
    permission: 'signedIn',
    summary: "One of one's own devices",
    params: inMine,
    status: 200,
    response: own.MyDevice,
  },
  actOnMyDevice: {
    method: 'POST',
    path: `${mine}/{device}/acts`,
    tag: 'My devices',
    permission: 'signedIn',
    summary: "Synchronise, restart or lock one's own device, where the organization allows it",
    refusals: [409],
    params: inMine,
    body: own.NewOwnAct,
    status: 202,
    response: own.MyDevice,
  },
  reportMyDeviceLost: {
    method: 'POST',
    path: `${mine}/{device}/loss`,
    tag: 'My devices',
    permission: 'signedIn',
    summary: "Say that one's own device is lost or stolen",
    refusals: [409],
    params: inMine,
    body: own.LossReport,
    status: 202,
    response: own.MyDevice,
  },
  endDeviceLoss: {
    method: 'DELETE',
    path: `${org}/devices/{device}/loss`,
    tag: 'Devices',
    permission: 'devices.manage',
    summary: 'A device that was reported lost is found',
    refusals: [409],
    params: inOrgWith('device'),
    status: 200,
    response: devices.DeviceDetail,
  },
  getSelfServiceSettings: {
    method: 'GET',
    path: `${org}/self-service-settings`,
    tag: 'My devices',
    permission: 'devices.read',
    summary: 'What people may do with their own devices',
    params: InOrganization,
    status: 200,
    response: own.SelfServiceSettings,
  },
  putSelfServiceSettings: {
    method: 'PUT',
    path: `${org}/self-service-settings`,
    tag: 'My devices',
    permission: 'devices.manage',
    summary: 'Set what people may do with their own devices',
    params: InOrganization,
    body: own.SelfServiceSettings,
    status: 200,
    response: own.SelfServiceSettings,
  },
} as const satisfies Record<string, Endpoint>
