import * as batches from '../command-batches.ts'
import { InOrganization, ListQuery, pageOf } from '../values.ts'
import { type Endpoint, inOrgWith, org } from './endpoint.ts'

const all = `${org}/device-commands` as const
const batch = `${all}/batches/{batch}` as const

export const commandBatchEndpoints = {
  listCommandQueue: {
    method: 'GET',
    path: all,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'What devices were told, one by one and many at once, newest first',
    params: InOrganization,
    query: ListQuery,
    status: 200,
    response: pageOf(batches.QueueItem),
  },
  previewCommandBatch: {
    method: 'POST',
    path: `${all}/preview`,
    tag: 'Devices',
    permission: 'devices.manage',
    summary: 'How many devices a request would tell, and which not. Changes nothing',
    params: InOrganization,
    body: batches.CommandBatchPreviewQuery,
    status: 200,
    response: batches.CommandBatchPreview,
  },
  createCommandBatch: {
    method: 'POST',
    path: all,
    tag: 'Devices',
    permission: 'devices.manage',
    summary:
      'Tell many devices something, for when each comes next. Repeated with the same key it is told once. Wiping has a call of its own',
    params: InOrganization,
    body: batches.NewCommandBatch,
    status: 202,
    response: batches.CommandBatch,
    stepUp: true,
    refusals: [409],
  },
  getCommandBatch: {
    method: 'GET',
    path: batch,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'What many devices were told, and how far they are',
    params: inOrgWith('batch'),
    status: 200,
    response: batches.CommandBatch,
  },
  listCommandBatchDevices: {
    method: 'GET',
    path: `${batch}/devices`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'Each device of a request, and what came of it',
    params: inOrgWith('batch'),
    query: ListQuery.extend({ outcome: batches.CommandOutcome.optional() }),
    status: 200,
    response: pageOf(batches.BatchDevice),
  },
  exportCommandBatch: {
    method: 'GET',
    path: `${batch}/outcome.csv`,
    tag: 'Devices',
    permission: 'devices.read',
    summary: 'The same as a file',
    params: inOrgWith('batch'),
    status: 200,
    stream: 'text/csv',
    fileName: 'device-commands.csv',
  },
  cancelCommandBatch: {
    method: 'POST',
    path: `${batch}/cancel`,
    tag: 'Devices',
    permission: 'devices.manage',
    summary: 'Take back what devices were not told yet',
    params: inOrgWith('batch'),
    status: 200,
    response: batches.CommandBatch,
    refusals: [409],
  },
} as const satisfies Record<string, Endpoint>
