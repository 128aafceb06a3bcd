import type { Reply } from '../http/reply.ts'
import type { GraphCall } from './call.ts'
import { answerDelta } from './delta.ts'
import { resourceUnknown } from './graph-error.ts'
import { answerCount, answerList } from './list.ts'
import {
  castToGroups,
  listAll,
  listDeleted,
  listMemberOf,
  listMembers,
  listOwners,
  listTransitiveMembers,
  mustFind,
} from './listings.ts'
import { answerOrganization, answerOrganizations } from './organization.ts'
import { answerSingle } from './single.ts'
import {
  answerCreateSubscription,
  answerDeleteSubscription,
  answerReauthorize,
  answerRenewSubscription,
  answerSubscription,
  answerSubscriptions,
} from './subscriptions.ts'
import { answerUpdateDevice } from './update-device.ts'

/** One operation of Graph v1.0 that the emulator has. */
export type GraphRoute = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path as in the endpoint list of Graph's OpenAPI description. */
  readonly path: string
  /** Any one of these application permissions is enough; undefined: the operation decides. */
  readonly roles: readonly string[] | undefined
  /** Resource units, before the corrections for $select, $expand and $top. */
  readonly cost: number
  readonly answer: (call: GraphCall) => Reply | Promise<Reply>
}

const directoryRoles = ['Directory.Read.All', 'Directory.ReadWrite.All']
const userRoles = ['User.Read.All', 'User.ReadWrite.All', ...directoryRoles]
const groupRoles = [
  'Group.Read.All',
  'GroupMember.Read.All',
  'Group.ReadWrite.All',
  ...directoryRoles,
]
const deviceRoles = ['Device.Read.All', 'Device.ReadWrite.All', ...directoryRoles]
const organizationRoles = ['Organization.Read.All', 'Organization.ReadWrite.All', ...directoryRoles]

const value = (call: GraphCall, place = 0) => call.values[place] ?? ''
const directory = (call: GraphCall) => call.caller.tenant.directory

/**
 * The whole Graph side as a table.
 * @see Graph v1.0 API reference, and "throttling limits" for the costs
 */
export const graphRoutes: readonly GraphRoute[] = [
  get('/users', userRoles, 2, (call) => answerList(call, listAll(call, 'user'))),
  get('/users/$count', userRoles, 1, (call) => answerCount(call, listAll(call, 'user'))),
  get('/users/delta()', userRoles, 1, (call) => answerDelta(call, 'users')),
  get('/users/{user-id}', userRoles, 1, (call) =>
    answerSingle(call, mustFind(directory(call), 'user', value(call))),
  ),
  get('/users/{user-id}/memberOf', ['User.Read.All', ...directoryRoles], 1, (call) =>
    answerList(call, listMemberOf(call, 'user', value(call))),
  ),
  get('/users/{user-id}/memberOf/graph.group', ['User.Read.All', ...directoryRoles], 1, (call) =>
    answerList(call, castToGroups(call, listMemberOf(call, 'user', value(call)))),
  ),
  get('/groups', groupRoles, 1, (call) => answerList(call, listAll(call, 'group'))),
  get('/groups/$count', groupRoles, 1, (call) => answerCount(call, listAll(call, 'group'))),
  get('/groups/delta()', groupRoles, 1, (call) => answerDelta(call, 'groups')),
  get('/groups/{group-id}', groupRoles, 1, (call) =>
    answerSingle(call, mustFind(directory(call), 'group', value(call))),
  ),
  get('/groups/{group-id}/members', groupRoles, 3, (call) =>
    answerList(call, listMembers(call, value(call))),
  ),
  get('/groups/{group-id}/memberOf', groupRoles, 1, (call) =>
    answerList(call, listMemberOf(call, 'group', value(call))),
  ),
  get('/groups/{group-id}/memberOf/graph.group', groupRoles, 1, (call) =>
    answerList(call, castToGroups(call, listMemberOf(call, 'group', value(call)))),
  ),
  get('/groups/{group-id}/transitiveMembers', groupRoles, 5, (call) =>
    answerList(call, listTransitiveMembers(call, value(call))),
  ),
  get('/devices', deviceRoles, 1, (call) => answerList(call, listAll(call, 'device'))),
  get('/devices/$count', deviceRoles, 1, (call) => answerCount(call, listAll(call, 'device'))),
  get('/devices/delta()', deviceRoles, 1, (call) => answerDelta(call, 'devices')),
  get('/devices/{device-id}', deviceRoles, 1, (call) =>
    answerSingle(call, mustFind(directory(call), 'device', value(call))),
  ),
  get("/devices(deviceId='{deviceId}')", deviceRoles, 1, (call) =>
    answerSingle(call, findByDeviceId(call)),
  ),
  get('/devices/{device-id}/registeredOwners', deviceRoles, 1, (call) =>
    answerList(call, listOwners(call, value(call), 'registeredOwners')),
  ),
  get('/devices/{device-id}/registeredUsers', deviceRoles, 1, (call) =>
    answerList(call, listOwners(call, value(call), 'registeredUsers')),
  ),
  get('/devices/{device-id}/memberOf', deviceRoles, 1, (call) =>
    answerList(call, listMemberOf(call, 'device', value(call))),
  ),
  get('/devices/{device-id}/memberOf/graph.group', deviceRoles, 1, (call) =>
    answerList(call, castToGroups(call, listMemberOf(call, 'device', value(call)))),
  ),
  patch('/devices/{device-id}', (call) =>
    answerUpdateDevice(call, mustFind(directory(call), 'device', value(call))),
  ),
  patch("/devices(deviceId='{deviceId}')", (call) =>
    answerUpdateDevice(call, findByDeviceId(call)),
  ),
  get('/organization', organizationRoles, 1, answerOrganizations),
  get('/organization/{organization-id}', organizationRoles, 1, (call) =>
    answerOrganization(call, value(call)),
  ),
  get('/directory/deletedItems/graph.user', userRoles, 1, (call) =>
    answerList(call, listDeleted(call, 'user')),
  ),
  get('/directory/deletedItems/graph.user/$count', userRoles, 1, (call) =>
    answerCount(call, listDeleted(call, 'user')),
  ),
  get('/directory/deletedItems/graph.group', groupRoles, 1, (call) =>
    answerList(call, listDeleted(call, 'group')),
  ),
  get('/directory/deletedItems/graph.group/$count', groupRoles, 1, (call) =>
    answerCount(call, listDeleted(call, 'group')),
  ),
  get('/directory/deletedItems/graph.device', deviceRoles, 1, (call) =>
    answerList(call, listDeleted(call, 'device')),
  ),
  get('/directory/deletedItems/graph.device/$count', deviceRoles, 1, (call) =>
    answerCount(call, listDeleted(call, 'device')),
  ),
  onSubscriptions('GET', '', answerSubscriptions),
  onSubscriptions('POST', '', answerCreateSubscription),
  onSubscriptions('GET', '/{subscription-id}', answerSubscription),
  onSubscriptions('PATCH', '/{subscription-id}', answerRenewSubscription),
  onSubscriptions('DELETE', '/{subscription-id}', answerDeleteSubscription),
  onSubscriptions('POST', '/{subscription-id}/reauthorize', answerReauthorize),
]

function get(
  path: string,
  roles: readonly string[],
  cost: number,
  answer: GraphRoute['answer'],
): GraphRoute {
  return { method: 'GET', path, roles, cost, answer }
}

function patch(path: string, answer: GraphRoute['answer']): GraphRoute {
  return {
    method: 'PATCH',
    path,
    roles: ['Device.ReadWrite.All', 'Directory.ReadWrite.All'],
    cost: 1,
    answer,
  }
}

/** The permission needed is that for the resource which is watched. */
function onSubscriptions(
  method: GraphRoute['method'],
  path: string,
  answer: GraphRoute['answer'],
): GraphRoute {
  return { method, path: `/subscriptions${path}`, roles: undefined, cost: 1, answer }
}

function findByDeviceId(call: GraphCall) {
  const device = directory(call).findDeviceByDeviceId(value(call))
  if (!device) throw resourceUnknown(value(call))
  return device
}
