import type { Cloud } from './clouds.ts'

/** The page of a person in the Entra admin center. @param id directory object id. */
export function userPage(cloud: Cloud, id: string): string {
  return `${cloud.portalUrl}/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${id}`
}

/** The page of a group in the Entra admin center. @param id directory object id. */
export function groupPage(cloud: Cloud, id: string): string {
  return `${cloud.portalUrl}/#view/Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/${id}`
}
