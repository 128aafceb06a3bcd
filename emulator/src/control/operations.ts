import { Directory } from '../directory/directory.ts'
import {
  changeRandomly,
  fillGroup,
  flipDynamicGroup,
  loseUsers,
  makeCycle,
  moveMember,
} from '../directory/mutations.ts'
import { transitiveMembers } from '../directory/transitive-members.ts'
import { AppRegistry } from '../entra/app-registry.ts'
import { Enrolment } from '../entra/enrolment.ts'
import type { LogFilter } from '../request-log.ts'
import { SignIn } from '../sign-in/sign-in.ts'
import type { FaultRule } from '../trouble/fault.ts'
import { sentinelNames } from '../trouble/sentinels.ts'
import type { World } from '../world.ts'
import { type ControlCall, ControlError, type Operation } from './operation.ts'
import { pcOperations } from './pc-operations.ts'

const directoryFunctions = [
  'addUser',
  'updateUser',
  'swapUserPrincipalNames',
  'deleteUser',
  'restoreUser',
  'purgeUser',
  'recreateUser',
  'setManager',
  'addGroup',
  'updateGroup',
  'deleteGroup',
  'restoreGroup',
  'purgeGroup',
  'addMember',
  'removeMember',
  'addDevice',
  'updateDevice',
  'deleteDevice',
  'restoreDevice',
  'purgeDevice',
  'setOwner',
  'addServicePrincipal',
  'addOrgContact',
] as const

const appFunctions = [
  'register',
  'remove',
  'addSecret',
  'removeSecret',
  'expireSecret',
  'addCertificate',
  'removeCertificate',
  'disable',
  'update',
  'grant',
  'revoke',
] as const

const signInFunctions = [
  'setOutcome',
  'addPolicy',
  'removePolicy',
  'useDevice',
  'revokeSessions',
  'changePassword',
  'frontChannelLogout',
  'reset',
] as const

const enrolmentFunctions = [
  'setMobility',
  'mobilityOf',
  'termsToken',
  'enrolmentToken',
  'deviceToken',
  'registerDevice',
] as const

const mutations: Record<string, (directory: Directory, ...values: never[]) => unknown> = {
  changeRandomly,
  fillGroup,
  flipDynamicGroup,
  loseUsers,
  makeCycle,
  moveMember,
}

/** Everything the control port can do; what changes is the same functions as in-process. */
export const operations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/',
    says: 'this table',
    run: () => operations.map(({ method, path, says }) => ({ method, path, says })),
  },
  {
    method: 'GET',
    path: '/tenants',
    says: 'tenants with their sizes',
    run: ({ world }) => world.tenants.map(describeTenant),
  },
  {
    method: 'GET',
    path: '/scenario',
    says: 'how the cloud behaves',
    run: ({ world }) => world.scenario,
  },
  {
    method: 'PATCH',
    path: '/scenario',
    says: 'change it; members not given stay',
    run: ({ world, body }) => merge(world.scenario, body),
  },
  {
    method: 'GET',
    path: '/quota',
    says: 'limits in resource units',
    run: ({ world }) => world.quota.limits,
  },
  {
    method: 'PATCH',
    path: '/quota',
    says: 'change the limits',
    run: ({ world, body }) => merge(world.quota.limits, body),
  },
  {
    method: 'GET',
    path: '/faults',
    says: 'fault rules in force, with counts',
    run: ({ world }) => world.trouble.rules,
  },
  {
    method: 'POST',
    path: '/faults',
    says: 'add a fault rule',
    run: ({ world, body }) => ({ id: world.trouble.add(readRule(body)) }),
  },
  {
    method: 'DELETE',
    path: '/faults',
    says: 'remove all rules',
    run: ({ world }) => world.trouble.clear(),
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    says: 'remove one rule',
    run: ({ world, values }) => world.trouble.remove(Number(values[0])),
  },
  {
    method: 'GET',
    path: '/sentinels',
    says: 'display names that misbehave',
    run: () => sentinelNames,
  },
  {
    method: 'POST',
    path: '/resync/{stream}',
    says: 'answer all delta tokens of users, groups or devices with 410',
    run: orderResync,
  },
  {
    method: 'GET',
    path: '/directory/users',
    says: 'the truth; ?tenant=other for the second tenant',
    run: ({ directory }) => directory.users,
  },
  {
    method: 'GET',
    path: '/directory/groups',
    says: 'the truth',
    run: ({ directory }) => directory.groups,
  },
  {
    method: 'GET',
    path: '/directory/devices',
    says: 'the truth',
    run: ({ directory }) => directory.devices,
  },
  {
    method: 'GET',
    path: '/directory/groups/{id}/members',
    says: 'direct members',
    run: ({ directory, values }) => directory.members(values[0] ?? ''),
  },
  {
    method: 'GET',
    path: '/directory/groups/{id}/transitive-members',
    says: 'ids of the users in a group, however deep',
    run: ({ directory, values }) => transitiveMembers(directory, values[0] ?? ''),
  },
  {
    method: 'POST',
    path: '/directory/{function}',
    says: `body: array of arguments. ${[...directoryFunctions, ...Object.keys(mutations)].join(', ')}`,
    run: changeDirectory,
  },
  {
    method: 'PATCH',
    path: '/directory',
    says: 'body {"announcePurgedMembers": false}: groups/delta keeps silent about purged members',
    run: ({ directory, body }) => {
      directory.announcePurgedMembers = toObject(body)['announcePurgedMembers'] !== false
    },
  },
  { method: 'GET', path: '/apps', says: 'app registrations', run: ({ world }) => world.apps.all },
  {
    method: 'POST',
    path: '/apps/{function}',
    says: `body: array of arguments. ${appFunctions.join(', ')}`,
    run: changeApps,
  },
  {
    method: 'GET',
    path: '/sign-in',
    says: 'who is signed in at the login host, and the Conditional Access policies',
    run: ({ world: { signIn } }) => ({
      accounts: signIn.browsers.all.flatMap(({ accounts }) => accounts),
      policies: signIn.policies,
    }),
  },
  {
    method: 'POST',
    path: '/sign-in/{function}',
    says: `body: array of arguments. ${signInFunctions.join(', ')}`,
    run: changeSignIn,
  },
  {
    method: 'GET',
    path: '/enrolment',
    says: "origin of the login host, and the tenant's mobility settings",
    run: ({ world: { enrolment } }) => ({ origin: enrolment.origin, mobility: enrolment.mobility }),
  },
  {
    method: 'POST',
    path: '/enrolment/{function}',
    says: `body: array of arguments. ${enrolmentFunctions.join(', ')}`,
    run: useEnrolment,
  },
  ...pcOperations,
  {
    method: 'POST',
    path: '/keys/roll-over',
    says: 'sign with another key; body {"overlap": true}',
    run: ({ world, body }) => world.keys.rollOver({ overlap: Boolean(toObject(body)['overlap']) }),
  },
  {
    method: 'GET',
    path: '/clock',
    says: 'the virtual time',
    run: ({ world }) => ({ now: world.clock.now() }),
  },
  {
    method: 'POST',
    path: '/clock',
    says: 'body {"advanceMs": n} or {"set": instant}',
    run: changeClock,
  },
  {
    method: 'GET',
    path: '/subscriptions',
    says: 'subscriptions to change notifications, of all apps',
    run: ({ world }) => world.notifications.subscriptions,
  },
  {
    method: 'GET',
    path: '/notifications',
    says: 'how many wait, and every post so far with its answer',
    run: ({ world: { notifications } }) => ({
      waiting: notifications.waiting,
      deliveries: notifications.deliveries,
    }),
  },
  {
    method: 'POST',
    path: '/notifications/deliver',
    says: 'deliver what waits; the answer is what was answered',
    run: ({ world }) => world.notifications.deliverNow(),
  },
  {
    method: 'POST',
    path: '/notifications/require-reauthorization',
    says: 'queue reauthorizationRequired; body {"subscriptionId"}, or none for all',
    run: ({ world, body }) => ({ asked: world.notifications.requireReauthorization(readId(body)) }),
  },
  {
    method: 'GET',
    path: '/log',
    says: 'requests; ?side, method, path, status',
    run: ({ world, params }) => world.log.entries(readLogFilter(params)),
  },
  {
    method: 'GET',
    path: '/log/early-calls',
    says: 'calls before Retry-After was over',
    run: ({ world }) => world.log.earlyCalls(),
  },
  {
    method: 'GET',
    path: '/log/token-requests',
    says: 'the most token requests within ?windowMs (default a minute)',
    run: ({ world, params }) =>
      world.log.mostTokenRequestsWithin(Number(params.get('windowMs') ?? 60_000)),
  },
  {
    method: 'DELETE',
    path: '/log',
    says: 'forget the requests so far',
    run: ({ world }) => world.log.clear(),
  },
]

function describeTenant({ directory, ...tenant }: World['tenants'][number]) {
  return {
    ...tenant,
    users: directory.users.length,
    groups: directory.groups.length,
    devices: directory.devices.length,
    memberships: directory.membershipCount,
  }
}

function changeDirectory({ directory, values, body }: ControlCall): unknown {
  const name = values[0] ?? ''
  const mutation = Object.hasOwn(mutations, name) ? mutations[name] : undefined
  // The arguments come from a test or a demo as JSON; wrong ones fail inside the function.
  if (mutation) return mutation(directory, ...(toArguments(body) as never[]))
  const known = directoryFunctions.find((candidate) => candidate === name)
  if (!known) throw new ControlError(404, `no directory function '${name}'`)
  return Reflect.apply(Directory.prototype[known], directory, toArguments(body))
}

function changeApps({ world, values, body }: ControlCall): unknown {
  const known = appFunctions.find((candidate) => candidate === values[0])
  if (!known) throw new ControlError(404, `no app function '${values[0]}'`)
  return Reflect.apply(AppRegistry.prototype[known], world.apps, toArguments(body))
}

function changeSignIn({ world, values, body }: ControlCall): unknown {
  const known = signInFunctions.find((candidate) => candidate === values[0])
  if (!known) throw new ControlError(404, `no sign-in function '${values[0]}'`)
  return Reflect.apply(SignIn.prototype[known], world.signIn, toArguments(body))
}

function useEnrolment({ world, values, body }: ControlCall): unknown {
  const known = enrolmentFunctions.find((candidate) => candidate === values[0])
  if (!known) throw new ControlError(404, `no enrolment function '${values[0]}'`)
  return Reflect.apply(Enrolment.prototype[known], world.enrolment, toArguments(body))
}

function readId(body: unknown): string | undefined {
  const id = body === undefined ? undefined : toObject(body)['subscriptionId']
  if (id === undefined || typeof id === 'string') return id
  throw new ControlError(400, 'subscriptionId must be text')
}

function changeClock({ world, body }: ControlCall): unknown {
  const { advanceMs, set } = toObject(body)
  if (typeof advanceMs === 'number') world.clock.advance(advanceMs)
  else if (typeof set === 'string' && !Number.isNaN(Date.parse(set))) world.clock.set(new Date(set))
  else throw new ControlError(400, 'expected {"advanceMs": number} or {"set": "ISO instant"}')
  return { now: world.clock.now() }
}

function orderResync({ world, values }: ControlCall): void {
  const [stream] = values
  if (stream !== 'users' && stream !== 'groups' && stream !== 'devices') {
    throw new ControlError(404, `no delta stream '${stream}'`)
  }
  world.resyncGeneration[stream]++
}

function readRule(body: unknown): FaultRule {
  const rule = toObject(body)
  const fault = toObject(rule['fault'])
  if (typeof fault['kind'] !== 'string')
    throw new ControlError(400, 'a fault rule needs fault.kind')
  return rule as FaultRule // the members of the fault itself are the caller's word
}

function readLogFilter(params: URLSearchParams): LogFilter {
  const filter: LogFilter = {}
  const side = params.get('side')
  if (side === 'login' || side === 'graph' || side === 'notifications') filter.side = side
  const method = params.get('method')
  if (method !== null) filter.method = method
  const path = params.get('path')
  if (path !== null) filter.path = path
  const status = params.get('status')
  if (status !== null) filter.status = Number(status)
  return filter
}

/** Copies members into the target, member by member; unknown ones are an error of the caller. */
function merge<T extends object>(target: T, patch: unknown): T {
  for (const [name, value] of Object.entries(toObject(patch))) {
    if (!Object.hasOwn(target, name)) throw new ControlError(400, `no member '${name}'`)
    const inner: unknown = Reflect.get(target, name)
    const isNested = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    if (isNested) merge(inner, value)
    else Reflect.set(target, name, value)
  }
  return target
}

function toArguments(body: unknown): unknown[] {
  if (body === undefined) return []
  return (Array.isArray(body) ? body : [body]).map(reviveDates)
}

/** Instants travel as text; the one option that is a Date is `expiresAt`. */
function reviveDates(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('expiresAt' in value)) return value
  return { ...value, expiresAt: new Date(String(value.expiresAt)) }
}

function toObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError(400, 'the body must be a JSON object')
  }
  return value as Record<string, unknown> // an object that is no array
}
