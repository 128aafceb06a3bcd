import { z } from 'zod'
import * as roles from '../roles.ts'
import { InOrganization, ListQuery, pageOf } from '../values.ts'
import { type Endpoint, inOrgWith, org } from './endpoint.ts'

export const roleEndpoints = {
  listRoles: {
    method: 'GET',
    path: `${org}/roles`,
    tag: 'Roles',
    permission: 'roles.read',
    summary: 'The roles, what each may do, and how many hold it',
    params: InOrganization,
    status: 200,
    response: z.object({ items: z.array(roles.RoleInfo) }),
  },
  listRoleAssignments: {
    method: 'GET',
    path: `${org}/role-assignments`,
    tag: 'Roles',
    permission: 'roles.read',
    summary: 'Roles given to people and groups',
    params: InOrganization,
    query: ListQuery.extend(roles.RoleAssignmentFilter.shape),
    status: 200,
    response: pageOf(roles.RoleAssignment),
  },
  createRoleAssignment: {
    method: 'POST',
    path: `${org}/role-assignments`,
    tag: 'Roles',
    permission: 'roles.write',
    stepUp: true,
    summary: 'Give a role to a person or a group; it counts at once',
    refusals: [409],
    params: InOrganization,
    body: roles.NewRoleAssignment,
    status: 201,
    response: roles.RoleAssignment,
  },
  deleteRoleAssignment: {
    method: 'DELETE',
    path: `${org}/role-assignments/{assignment}`,
    tag: 'Roles',
    permission: 'roles.write',
    stepUp: true,
    summary: 'Take a role away; it counts at once',
    refusals: [409],
    params: inOrgWith('assignment'),
    status: 204,
  },
  getUserRoles: {
    method: 'GET',
    path: `${org}/directory/users/{user}/roles`,
    tag: 'Roles',
    permission: 'roles.read',
    summary: 'Which roles a person holds, and why',
    params: inOrgWith('user'),
    status: 200,
    response: roles.UserRoles,
  },
} as const satisfies Record<string, Endpoint>
