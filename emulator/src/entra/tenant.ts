import type { Directory } from '../directory/directory.ts'
import type { LoginRefusal } from './login-error.ts'

/** One Entra tenant. */
export type Tenant = {
  readonly id: string
  readonly displayName: string
  /** The custom, verified domain. */
  readonly domain: string
  /** The domain every tenant is born with. */
  readonly initialDomain: string
  readonly createdAt: Date
  readonly directory: Directory
}

/** Finds a tenant by what may stand in a login URL: its id or one of its domains. */
export function findTenant(tenants: readonly Tenant[], name: string): Tenant | undefined {
  const wanted = name.toLowerCase()
  return tenants.find(
    (tenant) => tenant.id === wanted || tenant.domain === wanted || tenant.initialDomain === wanted,
  )
}

/** Path names that stand for no particular tenant. */
export function isSharedAuthority(name: string): boolean {
  return ['common', 'organizations', 'consumers'].includes(name.toLowerCase())
}

/** No tenant has this name. */
export function refuseTenant(tenantName: string): LoginRefusal {
  return /^[0-9a-f-]{36}$|\./i.test(tenantName)
    ? {
        why: 'tenantUnknown',
        text: `Tenant '${tenantName}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
      }
    : {
        why: 'tenantInvalid',
        text: `Specified tenant identifier '${tenantName}' is neither a valid DNS name, nor a valid external domain.`,
      }
}
