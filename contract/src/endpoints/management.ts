import { z } from 'zod'
import * as management from '../management.ts'
import { ListQuery, pageOf } from '../values.ts'
import { type Endpoint, inOrgWith, org } from './endpoint.ts'

const device = `${org}/devices/{device}` as const

export const managementEndpoints = {
  listDeviceCommands: {
    method: 'GET',
    path: `${device}/commands`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'What a device was told, newest first',
    params: inOrgWith('device'),
    query: ListQuery,
    status: 200,
    response: pageOf(management.DeviceCommand),
  },
  createDeviceCommand: {
    method: 'POST',
    path: `${device}/commands`,
    tag: 'Devices',
    permission: 'devices.manage',
    summary: 'Tell a device something, for when it comes next',
    params: inOrgWith('device'),
    body: management.NewCommand,
    status: 202,
    response: management.DeviceCommand,
    stepUp: true,
  },
  cancelDeviceCommand: {
    method: 'POST',
    path: `${device}/commands/{command}/cancel`,
    tag: 'Devices',
    permission: 'devices.manage',
    summary: 'Take back what a device was not told yet',
    params: inOrgWith('device').extend({ command: z.string().min(1).max(80) }),
    status: 200,
    response: management.DeviceCommand,
  },
  retryDeviceCommand: {
    method: 'POST',
    path: `${device}/commands/{command}/retry`,
    tag: 'Devices',
    permission: 'devices.manage',
    summary: 'Ask once more for what failed, expired, or of which nobody knows: a new command',
    params: inOrgWith('device').extend({ command: z.string().min(1).max(80) }),
    status: 202,
    response: management.DeviceCommand,
    stepUp: true,
    refusals: [409],
  },
  getDeviceFacts: {
    method: 'GET',
    path: `${device}/facts`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'Everything a device last said of itself, by node',
    params: inOrgWith('device'),
    status: 200,
    response: management.DeviceFacts,
  },
  listDeviceFactChanges: {
    method: 'GET',
    path: `${device}/facts/changes`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'What changed of a device, newest first',
    params: inOrgWith('device'),
    query: ListQuery,
    status: 200,
    response: pageOf(management.DeviceFactChange),
  },
} as const satisfies Record<string, Endpoint>
