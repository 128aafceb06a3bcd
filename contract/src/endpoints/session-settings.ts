import { PollSchedule } from '../poll-schedule.ts'
import { PushCredentials } from '../push.ts'
import * as sessions from '../session-settings.ts'
import { InOrganization } from '../values.ts'
import { type Endpoint, inOrgWith, org } from './endpoint.ts'

const settings = `${org}/session-settings` as const

export const sessionSettingsEndpoints = {
  getSessionSettings: {
    method: 'GET',
    path: settings,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'When devices come, whether they can be called, and how they prove themselves',
    params: InOrganization,
    status: 200,
    response: sessions.SessionSettings,
  },
  putPollSchedule: {
    method: 'PUT',
    path: `${settings}/poll`,
    tag: 'Devices',
    permission: 'enrolment.configure',
    summary: 'Say how often devices come; those that are enrolled are told in their next session',
    params: InOrganization,
    body: PollSchedule,
    status: 200,
    response: sessions.SessionSettings,
  },
  putPushCredentials: {
    method: 'PUT',
    path: `${settings}/push`,
    tag: 'Devices',
    permission: 'enrolment.configure',
    summary: 'Set the application with which devices are called through Microsoft',
    params: InOrganization,
    body: PushCredentials,
    status: 200,
    response: sessions.SessionSettings,
    stepUp: true,
  },
  removePushCredentials: {
    method: 'DELETE',
    path: `${settings}/push`,
    tag: 'Devices',
    permission: 'enrolment.configure',
    summary: 'Call devices no more, and destroy the secret',
    params: InOrganization,
    status: 200,
    response: sessions.SessionSettings,
    stepUp: true,
  },
  putDigestFallback: {
    method: 'PUT',
    path: `${settings}/digest`,
    tag: 'Devices',
    permission: 'enrolment.configure',
    summary: 'Say whether a digest alone, which is weak, opens a session',
    params: InOrganization,
    body: sessions.DigestFallback,
    status: 200,
    response: sessions.SessionSettings,
    stepUp: true,
  },
  getDeviceContact: {
    method: 'GET',
    path: `${org}/devices/{device}/contact`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'How a device can be reached, and what came of calling it',
    params: inOrgWith('device'),
    status: 200,
    response: sessions.DeviceContact,
  },
  callDevice: {
    method: 'POST',
    path: `${org}/devices/{device}/call`,
    tag: 'Devices',
    permission: 'devices.manage',
    summary: 'Ask a device to come now, through the push service',
    params: inOrgWith('device'),
    status: 202,
    response: sessions.DeviceContact,
    refusals: [409],
  },
} as const satisfies Record<string, Endpoint>
