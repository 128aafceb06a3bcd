import type { Organization as ContractOrganization } from '@mooring/contract/organizations'
import type { OrganizationId } from '../platform/organization-id.ts'

/** One customer of this installation. */
export type Organization = {
  readonly id: OrganizationId
  /** The short name in URLs. It never changes: links and scripts hold it. */
  readonly slug: string
  readonly name: string
  /** The first organization; its owners manage the others. */
  readonly isHome: boolean
  readonly createdAt: Date
}

export function toContract(organization: Organization): ContractOrganization {
  const { id, slug, name, isHome, createdAt } = organization
  return { id, slug, name, isHome, createdAt: createdAt.toISOString() }
}
