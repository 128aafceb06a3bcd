/** Every URL of the portal, in one place; a test keeps a picture of them. */
export const paths = {
  overview: (org: string) => `/o/${org}/overview`,
  users: (org: string) => `/o/${org}/people/users`,
  user: (org: string, user: string) => `/o/${org}/people/users/${user}`,
  groups: (org: string) => `/o/${org}/people/groups`,
  group: (org: string, group: string) => `/o/${org}/people/groups/${group}`,
  syncRuns: (org: string) => `/o/${org}/activity/sync`,
  syncRun: (org: string, run: string) => `/o/${org}/activity/sync/${run}`,
  syncProblems: (org: string) => `/o/${org}/activity/sync/problems`,
  syncSettings: (org: string) => `/o/${org}/settings/user-management/synchronisation`,
  guide: (org: string, step?: string) =>
    `/o/${org}/settings/user-management/entra-id${step ? `?step=${step}` : ''}`,
  administrators: (org: string) => `/o/${org}/settings/administrators`,
  apiTokens: (org: string) => `/o/${org}/settings/api`,
  organization: (org: string) => `/o/${org}/settings/organization`,
  signIn: () => '/sign-in',
  setPassword: (token: string) => `/set-password#${token}`,
} as const
