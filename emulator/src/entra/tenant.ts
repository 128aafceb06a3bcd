import type { Directory } from '../directory/directory.ts'

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
