import * as organizations from '../organizations.ts'
import { InOrganization, ListQuery, pageOf } from '../values.ts'
import { type Endpoint, org } from './endpoint.ts'

export const organizationEndpoints = {
  listOrganizations: {
    method: 'GET',
    path: '/organizations',
    tag: 'Organizations',
    permission: 'signedIn',
    summary: 'Organizations that the caller may see',
    query: ListQuery,
    status: 200,
    response: pageOf(organizations.Organization),
  },
  createOrganization: {
    method: 'POST',
    path: '/organizations',
    tag: 'Organizations',
    permission: 'organizations.manage',
    summary: 'Create an organization',
    refusals: [409],
    body: organizations.NewOrganization,
    status: 201,
    response: organizations.Organization,
  },
  getOrganization: {
    method: 'GET',
    path: org,
    tag: 'Organizations',
    permission: 'organization.read',
    summary: 'One organization',
    params: InOrganization,
    status: 200,
    response: organizations.Organization,
  },
  updateOrganization: {
    method: 'PATCH',
    path: org,
    tag: 'Organizations',
    permission: 'organization.write',
    summary: 'Rename an organization',
    params: InOrganization,
    body: organizations.OrganizationPatch,
    status: 200,
    response: organizations.Organization,
  },
  deleteOrganization: {
    method: 'DELETE',
    path: org,
    tag: 'Organizations',
    permission: 'organizations.manage',
    summary: 'Delete an organization and all of its data',
    refusals: [409],
    params: InOrganization,
    query: organizations.OrganizationDeletion,
    status: 204,
  },
} as const satisfies Record<string, Endpoint>
