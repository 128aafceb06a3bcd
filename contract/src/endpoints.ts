import { z } from 'zod'
import * as connection from './connection.ts'
import * as directory from './directory.ts'
import * as organizations from './organizations.ts'
import { Overview } from './overview.ts'
import type { Permission } from './permissions.ts'
import * as setUp from './set-up.ts'
import * as signIn from './sign-in.ts'
import { InOrganization, ListQuery, pageOf } from './values.ts'

/** One call of the API, under `/api/v1`. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for each path parameter. */
  readonly path: string
  readonly summary: string
  readonly tag: string
  /** What the caller must be allowed to do. There is no default: a route without one does not compile. */
  readonly permission: Permission
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly status: 200 | 201 | 202 | 204
  readonly response?: z.ZodType
  /** An answer that comes bit by bit as text, instead of `response`. */
  readonly stream?: 'text/csv' | 'text/event-stream'
  /** Statuses besides the common ones (400, 401, 403, 404, 422, 429, 500) that a caller should expect. */
  readonly refusals?: readonly number[]
}

const org = '/organizations/{org}'
/** Path parameters of one thing of an organization. */
function inOrgWith<Name extends string>(name: Name) {
  const id = z.string().min(1).max(80)
  // A computed key widens to `string`; this is the one key that it computes.
  return InOrganization.extend({ [name]: id } as Record<Name, typeof id>)
}

/**
 * The table of everything the API does. Server routes, the OpenAPI document and the portal's client
 * are all made from it.
 */
export const endpoints = {
  getSession: {
    method: 'GET',
    path: '/session',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Who is signed in with the session cookie',
    status: 200,
    response: signIn.Session,
  },
  signIn: {
    method: 'POST',
    path: '/session',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Sign in as a local administrator',
    body: signIn.Credentials,
    status: 200,
    response: signIn.Session,
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    tag: 'Sign-in',
    permission: 'signedIn',
    summary: 'End the session',
    status: 204,
  },
  readPasswordLink: {
    method: 'POST',
    path: '/password-link',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Look at a one-time link before using it',
    body: z.strictObject({ token: z.string().min(1).max(200) }),
    status: 200,
    response: signIn.PasswordLink,
  },
  setPassword: {
    method: 'POST',
    path: '/password',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Set a password with a one-time link, and sign in',
    body: signIn.PasswordChoice,
    status: 200,
    response: signIn.Session,
  },

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

  listAdministrators: {
    method: 'GET',
    path: `${org}/administrators`,
    tag: 'Administrators',
    permission: 'administrators.read',
    summary: 'Local administrators',
    params: InOrganization,
    query: ListQuery,
    status: 200,
    response: pageOf(signIn.Administrator),
  },
  createAdministrator: {
    method: 'POST',
    path: `${org}/administrators`,
    tag: 'Administrators',
    permission: 'administrators.write',
    summary: 'Invite a local administrator',
    refusals: [409],
    params: InOrganization,
    body: signIn.NewAdministrator,
    status: 201,
    response: signIn.CreatedAdministrator,
  },
  renewPasswordLink: {
    method: 'POST',
    path: `${org}/administrators/{administrator}/password-link`,
    tag: 'Administrators',
    permission: 'administrators.write',
    summary: 'Make a new one-time link to set a password',
    params: inOrgWith('administrator'),
    status: 201,
    response: z.object({ passwordLink: z.url() }),
  },
  deleteAdministrator: {
    method: 'DELETE',
    path: `${org}/administrators/{administrator}`,
    tag: 'Administrators',
    permission: 'administrators.write',
    summary: 'Remove a local administrator and end the sessions',
    refusals: [409],
    params: inOrgWith('administrator'),
    status: 204,
  },
  listTokens: {
    method: 'GET',
    path: `${org}/tokens`,
    tag: 'API tokens',
    permission: 'tokens.read',
    summary: 'API tokens',
    params: InOrganization,
    query: ListQuery,
    status: 200,
    response: pageOf(signIn.ApiToken),
  },
  createToken: {
    method: 'POST',
    path: `${org}/tokens`,
    tag: 'API tokens',
    permission: 'tokens.write',
    summary: 'Make an API token; it is shown only in this answer',
    params: InOrganization,
    body: signIn.NewApiToken,
    status: 201,
    response: signIn.CreatedApiToken,
  },
  revokeToken: {
    method: 'DELETE',
    path: `${org}/tokens/{token}`,
    tag: 'API tokens',
    permission: 'tokens.write',
    summary: 'Revoke an API token',
    params: inOrgWith('token'),
    status: 204,
  },

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

  createSyncRun: {
    method: 'POST',
    path: `${org}/directory/sync-runs`,
    tag: 'Directory',
    permission: 'directory.sync',
    summary: 'Start a synchronisation',
    refusals: [409],
    params: InOrganization,
    body: directory.NewSyncRun,
    status: 202,
    response: directory.SyncRun,
  },
  listSyncRuns: {
    method: 'GET',
    path: `${org}/directory/sync-runs`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Synchronisations, newest first',
    params: InOrganization,
    query: ListQuery,
    status: 200,
    response: directory.SyncRunPage,
  },
  getSyncRun: {
    method: 'GET',
    path: `${org}/directory/sync-runs/{run}`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'One synchronisation',
    params: inOrgWith('run'),
    status: 200,
    response: directory.SyncRun,
  },
  cancelSyncRun: {
    method: 'POST',
    path: `${org}/directory/sync-runs/{run}/cancel`,
    tag: 'Directory',
    permission: 'directory.sync',
    summary: 'Stop a synchronisation after its present page; a held one is given up',
    refusals: [409],
    params: inOrgWith('run'),
    body: directory.RunDecision.optional(),
    status: 200,
    response: directory.SyncRun,
  },
  listSyncProblems: {
    method: 'GET',
    path: `${org}/directory/sync-runs/{run}/problems`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Objects that could not be taken over',
    params: inOrgWith('run'),
    query: ListQuery,
    status: 200,
    response: directory.SyncProblemPage,
  },
  approveSyncRun: {
    method: 'POST',
    path: `${org}/directory/sync-runs/{run}/approve`,
    tag: 'Directory',
    permission: 'directory.approve',
    summary: 'Let a held synchronisation do what it would do',
    refusals: [409],
    params: inOrgWith('run'),
    body: directory.RunApproval,
    status: 202,
    response: directory.SyncRun,
  },
  listSyncChanges: {
    method: 'GET',
    path: `${org}/directory/sync-runs/{run}/changes`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'What a synchronisation changed; of a held or dry run, what it would change',
    params: inOrgWith('run'),
    query: directory.ChangeQuery,
    status: 200,
    response: directory.DirectoryChangePage,
  },
  exportSyncChanges: {
    method: 'GET',
    path: `${org}/directory/sync-runs/{run}/changes.csv`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'The same as CSV, whole',
    params: inOrgWith('run'),
    status: 200,
    stream: 'text/csv',
  },
  watchSyncRun: {
    method: 'GET',
    path: `${org}/directory/sync-runs/{run}/events`,
    tag: 'Directory',
    permission: 'directory.read',
    summary:
      'The synchronisation each time it moves, as server-sent events named `run`, until it ends',
    params: inOrgWith('run'),
    status: 200,
    stream: 'text/event-stream',
  },
  getDirectoryStanding: {
    method: 'GET',
    path: `${org}/directory/standing`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'How old the copy of each kind of object is, and whether it is kept up to date',
    params: InOrganization,
    status: 200,
    response: directory.DirectoryStanding,
  },
  listOpenProblems: {
    method: 'GET',
    path: `${org}/directory/problems`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Objects that still could not be taken over',
    params: InOrganization,
    query: ListQuery,
    status: 200,
    response: directory.OpenProblemPage,
  },
  getDirectorySettings: {
    method: 'GET',
    path: `${org}/directory/settings`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Who is synchronised, when, and with which limits',
    params: InOrganization,
    status: 200,
    response: directory.DirectorySettingsAnswer,
  },
  saveDirectorySettings: {
    method: 'PUT',
    path: `${org}/directory/settings`,
    tag: 'Directory',
    permission: 'directory.configure',
    summary: 'Change who is synchronised, when, and with which limits',
    refusals: [409],
    params: InOrganization,
    body: directory.DirectorySettingsInput,
    status: 200,
    response: directory.DirectorySettingsAnswer,
  },
  previewDirectorySettings: {
    method: 'POST',
    path: `${org}/directory/settings/preview`,
    tag: 'Directory',
    permission: 'directory.configure',
    summary: 'What saving these settings would change, without reading Entra',
    refusals: [409],
    params: InOrganization,
    body: directory.DirectorySettingsInput,
    status: 200,
    response: directory.SettingsPreview,
  },
  searchEntraGroups: {
    method: 'GET',
    path: `${org}/directory/entra-groups`,
    tag: 'Directory',
    permission: 'directory.configure',
    summary: 'Look for groups in Entra by name, to choose a scope',
    refusals: [409, 502],
    params: InOrganization,
    query: directory.EntraGroupQuery,
    status: 200,
    response: directory.EntraGroupList,
  },
  listUserChanges: {
    method: 'GET',
    path: `${org}/directory/users/{user}/changes`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'What changed about a person, newest first',
    params: inOrgWith('user'),
    query: ListQuery,
    status: 200,
    response: directory.DirectoryChangePage,
  },
  listUserGroups: {
    method: 'GET',
    path: `${org}/directory/users/{user}/groups`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Groups a person is effectively in, and through which others',
    params: inOrgWith('user'),
    query: ListQuery,
    status: 200,
    response: directory.EffectiveGroupPage,
  },
  listGroupChanges: {
    method: 'GET',
    path: `${org}/directory/groups/{group}/changes`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'What changed about a group and its members, newest first',
    params: inOrgWith('group'),
    query: ListQuery,
    status: 200,
    response: directory.DirectoryChangePage,
  },
  listUsers: {
    method: 'GET',
    path: `${org}/directory/users`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Synchronised people',
    params: InOrganization,
    query: directory.UserQuery,
    status: 200,
    response: directory.UserPage,
  },
  getUser: {
    method: 'GET',
    path: `${org}/directory/users/{user}`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'One person with direct memberships',
    params: inOrgWith('user'),
    status: 200,
    response: directory.UserDetail,
  },
  removeUsers: {
    method: 'DELETE',
    path: `${org}/directory/users`,
    tag: 'Directory',
    permission: 'directory.remove',
    summary: 'Remove all synchronised people, once their synchronisation is switched off',
    refusals: [409],
    params: InOrganization,
    query: directory.DirectoryRemoval,
    status: 200,
    response: directory.RemovalResult,
  },
  listGroups: {
    method: 'GET',
    path: `${org}/directory/groups`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Synchronised groups',
    params: InOrganization,
    query: directory.GroupQuery,
    status: 200,
    response: directory.GroupPage,
  },
  getGroup: {
    method: 'GET',
    path: `${org}/directory/groups/{group}`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'One group',
    params: inOrgWith('group'),
    status: 200,
    response: directory.GroupDetail,
  },
  listMembers: {
    method: 'GET',
    path: `${org}/directory/groups/{group}/members`,
    tag: 'Directory',
    permission: 'directory.read',
    summary: 'Members of a group, direct or transitive',
    params: inOrgWith('group'),
    query: directory.MemberQuery,
    status: 200,
    response: directory.MemberPage,
  },
  removeGroups: {
    method: 'DELETE',
    path: `${org}/directory/groups`,
    tag: 'Directory',
    permission: 'directory.remove',
    summary: 'Remove all synchronised groups, once their synchronisation is switched off',
    refusals: [409],
    params: InOrganization,
    query: directory.DirectoryRemoval,
    status: 200,
    response: directory.RemovalResult,
  },
} as const satisfies Record<string, Endpoint>

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints

type Part<E, Name extends string> =
  E extends Record<Name, infer Schema extends z.ZodType> ? Schema : never

/** What a caller passes for an endpoint: path parameters, query and body as they are before parsing. */
export type CallOf<Name extends EndpointName> = {
  params: z.input<Part<Endpoints[Name], 'params'>>
  query: z.input<Part<Endpoints[Name], 'query'>>
  body: z.input<Part<Endpoints[Name], 'body'>>
}
/** The same, as a handler receives it: checked and with defaults filled in. */
export type InputOf<Name extends EndpointName> = {
  params: z.output<Part<Endpoints[Name], 'params'>>
  query: z.output<Part<Endpoints[Name], 'query'>>
  body: z.output<Part<Endpoints[Name], 'body'>>
}
/** What an endpoint answers. */
export type AnswerOf<Name extends EndpointName> = Endpoints[Name] extends {
  response: infer R extends z.ZodType
}
  ? z.output<R>
  : Endpoints[Name] extends { stream: string }
    ? AsyncIterable<string>
    : undefined
