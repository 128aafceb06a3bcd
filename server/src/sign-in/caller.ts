import type { Role } from '@mooring/contract/permissions'
import type { Caller } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { permissionsOf } from '../roles/index.ts'

type Source = {
  readonly kind: 'session' | 'token'
  readonly id: string
  readonly makerId?: string | undefined
  readonly name: string
  readonly organization: OrganizationId
  readonly slug: string
  readonly isHome: boolean
  readonly roles: readonly Role[]
}

/** What somebody with these roles may do: owners of the home organization, everywhere. */
export function toCaller({ isHome, ...source }: Source): Caller {
  const everywhere = isHome && source.roles.includes('owner')
  return { ...source, everywhere, permissions: permissionsOf(source.roles, isHome) }
}
