/** Where a Microsoft cloud is reached. Both are origins, without a path. */
export type Cloud = {
  readonly name: CloudName
  /** Issues tokens: `https://login.microsoftonline.com`. */
  readonly authorityUrl: string
  /** Microsoft Graph, without `/v1.0`. */
  readonly graphUrl: string
  /** The Entra admin center, for links that a person follows. */
  readonly portalUrl: string
}
export type CloudName = 'global' | 'usgov' | 'usgov-dod' | 'china' | 'custom'

/** Microsoft's clouds. @see Graph "National clouds": https://learn.microsoft.com/graph/deployments */
export const CLOUDS: Readonly<Record<Exclude<CloudName, 'custom'>, Cloud>> = {
  global: {
    name: 'global',
    authorityUrl: 'https://login.microsoftonline.com',
    graphUrl: 'https://graph.microsoft.com',
    portalUrl: 'https://entra.microsoft.com',
  },
  usgov: {
    name: 'usgov',
    authorityUrl: 'https://login.microsoftonline.us',
    graphUrl: 'https://graph.microsoft.us',
    portalUrl: 'https://entra.microsoft.us',
  },
  'usgov-dod': {
    name: 'usgov-dod',
    authorityUrl: 'https://login.microsoftonline.us',
    graphUrl: 'https://dod-graph.microsoft.us',
    portalUrl: 'https://entra.microsoft.us',
  },
  china: {
    name: 'china',
    authorityUrl: 'https://login.chinacloudapi.cn',
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    portalUrl: 'https://entra.microsoftonline.cn',
  },
}

/** A cloud of one's own, e.g. the emulator. Links for people still lead to the public admin center. */
export function customCloud(authorityUrl: string, graphUrl: string): Cloud {
  return { name: 'custom', authorityUrl, graphUrl, portalUrl: CLOUDS.global.portalUrl }
}
