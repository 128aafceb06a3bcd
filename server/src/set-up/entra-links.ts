import type { StepId } from '@mooring/contract/set-up'
import type { Cloud } from '../entra/clouds.ts'

/** What a link can lead to directly; without them it leads to the page above. */
export type LinkTarget = {
  readonly cloud: Cloud
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
}

const APPLICATIONS = 'Microsoft_AAD_RegisteredApps/ApplicationsListBlade'
const NEW_APPLICATION =
  'Microsoft_AAD_RegisteredApps/CreateApplicationBlade/quickStartType~/null/isMSAApp~/false'
const MOBILITY = 'Microsoft_AAD_IAM/ActiveDirectoryMenuBlade/~/Mobility'

/** A page of one application's registration, or the list of all while the application is unknown. */
const pageOfApplication = (page: string) => (target: LinkTarget) =>
  target.clientId
    ? `Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/${page}/appId/${target.clientId}`
    : APPLICATIONS

/**
 * Where each step is done in the Entra admin center.
 *
 * NOTE: Microsoft publishes no list of these addresses. They are the ones that public scripts and
 * guides use for the admin center; each instruction also names the way by clicks.
 */
const PAGES: Readonly<Partial<Record<StepId, (target: LinkTarget) => string>>> = {
  prerequisites: () => 'Microsoft_AAD_IAM/TenantOverview.ReactView',
  domain: () => 'Microsoft_AAD_IAM/DomainsManagementMenuBlade/~/CustomDomainNames',
  'mdm-application': () => MOBILITY,
  'app-registration': (target) =>
    target.clientId ? pageOfApplication('Overview')(target) : NEW_APPLICATION,
  'mdm-urls': () => MOBILITY,
  ids: pageOfApplication('Overview'),
  'application-id-uri': pageOfApplication('ProtectAnAPI'),
  secret: pageOfApplication('Credentials'),
  permissions: pageOfApplication('CallAnAPI'),
  consent: pageOfApplication('CallAnAPI'),
  'redirect-uri': pageOfApplication('Authentication'),
}

/** The page where a step is done; `undefined` for a step that is done in Mooring. */
export function entraLink(step: StepId, target: LinkTarget): string | undefined {
  const page = PAGES[step]?.(target)
  return page && link(target, page)
}

/** The page that makes a new application, in whatever tenant the administrator is signed in to. */
export const newApplicationLink = (target: LinkTarget): string => link(target, NEW_APPLICATION)

/** The page that adds an MDM application. */
export const mobilityLink = (target: LinkTarget): string => link(target, MOBILITY)

// With the tenant in the path the admin center opens that tenant, also for guests of several.
function link({ cloud, tenantId }: LinkTarget, page: string): string {
  return `${cloud.portalUrl}/${tenantId ? `${tenantId}/` : ''}#view/${page}`
}
