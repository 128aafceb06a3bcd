import * as setUp from '../set-up.ts'
import { InOrganization } from '../values.ts'
import { type Endpoint, org } from './endpoint.ts'

export const setUpEndpoints = {
  getGuide: {
    method: 'GET',
    path: `${org}/entra/guide`,
    tag: 'Entra ID',
    permission: 'connection.read',
    summary: 'The set-up guide and the state of each step',
    params: InOrganization,
    status: 200,
    response: setUp.Guide,
  },
  patchGuide: {
    method: 'PATCH',
    path: `${org}/entra/guide`,
    tag: 'Entra ID',
    permission: 'connection.write',
    summary: 'Choose a track, keep a draft, mark steps as done',
    params: InOrganization,
    body: setUp.GuidePatch,
    status: 200,
    response: setUp.Guide,
  },
} as const satisfies Record<string, Endpoint>
