import { Overview } from '../overview.ts'
import { InOrganization } from '../values.ts'
import { type Endpoint, org } from './endpoint.ts'

export const overviewEndpoints = {
  getOverview: {
    method: 'GET',
    path: `${org}/overview`,
    tag: 'Overview',
    permission: 'organization.read',
    summary: 'How things are',
    params: InOrganization,
    status: 200,
    response: Overview,
  },
} as const satisfies Record<string, Endpoint>
