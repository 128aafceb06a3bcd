import * as connection from '../connection.ts'
import { InOrganization } from '../values.ts'
import { type Endpoint, org } from './endpoint.ts'

export const connectionEndpoints = {
  getConnection: {
    method: 'GET',
    path: `${org}/entra/connection`,
    tag: 'Entra ID',
    permission: 'connection.read',
    summary: 'The connection to Entra ID, without its secret',
    params: InOrganization,
    status: 200,
    response: connection.Connection,
  },
  putConnection: {
    method: 'PUT',
    path: `${org}/entra/connection`,
    tag: 'Entra ID',
    permission: 'connection.write',
    stepUp: true,
    summary: 'Save the connection to Entra ID',
    refusals: [409],
    params: InOrganization,
    body: connection.ConnectionInput,
    status: 200,
    response: connection.Connection,
  },
  deleteConnection: {
    method: 'DELETE',
    path: `${org}/entra/connection`,
    tag: 'Entra ID',
    permission: 'connection.write',
    stepUp: true,
    summary: 'Remove the connection; what was synchronised stays until it is removed',
    refusals: [409],
    params: InOrganization,
    query: connection.ConnectionRemoval,
    status: 204,
  },
  checkConnection: {
    method: 'POST',
    path: `${org}/entra/connection/check`,
    tag: 'Entra ID',
    permission: 'connection.check',
    summary: 'Check the connection now, with a fresh token',
    params: InOrganization,
    status: 200,
    response: connection.CheckReport,
  },
} as const satisfies Record<string, Endpoint>
