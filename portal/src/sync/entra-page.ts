import type { SyncProblem } from '@mooring/contract/directory'

const CENTER = 'https://entra.microsoft.com'

/**
 * The page of an object in the Entra admin center, as `server/src/entra/portal-links.ts` writes it: a
 * problem has no link of its own. Nothing where Entra has no page, or sent no id.
 */
export function entraPage(kind: SyncProblem['kind'], entraId: string | null): string | undefined {
  if (entraId === null) return undefined
  switch (kind) {
    case 'user':
      return `${CENTER}/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(entraId)}`
    case 'group':
    case 'membership':
      return `${CENTER}/#view/Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/${encodeURIComponent(entraId)}`
    case 'device':
      return undefined
  }
}
