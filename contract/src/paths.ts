/** Every URL of the portal, in one place; a test keeps a picture of them. */
export const paths = {
  overview: (org: string) => `/o/${org}/overview`,
  users: (org: string) => `/o/${org}/people/users`,
  user: (org: string, user: string) => `/o/${org}/people/users/${user}`,
  groups: (org: string) => `/o/${org}/people/groups`,
  group: (org: string, group: string) => `/o/${org}/people/groups/${group}`,
  devices: (org: string) => `/o/${org}/devices/all`,
  device: (org: string, device: string) => `/o/${org}/devices/all/${device}`,
  wipes: (org: string) => `/o/${org}/devices/wipes`,
  wipe: (org: string, wipe: string) => `/o/${org}/devices/wipes/${wipe}`,
  enrolment: (org: string) => `/o/${org}/devices/enrolment`,
  enrolmentAttempt: (org: string, attempt: string) =>
    `/o/${org}/devices/enrolment/attempts/${attempt}`,
  enrolmentRules: (org: string) => `/o/${org}/devices/enrolment/rules`,
  enrolmentTokens: (org: string) => `/o/${org}/devices/enrolment/tokens`,
  enrolmentDoctor: (org: string) => `/o/${org}/devices/enrolment/doctor`,
  enrolmentTerms: (org: string) => `/o/${org}/devices/enrolment/terms`,
  certificateAuthority: (org: string) => `/o/${org}/devices/enrolment/authority`,
  syncRuns: (org: string) => `/o/${org}/activity/sync`,
  syncRun: (org: string, run: string) => `/o/${org}/activity/sync/${run}`,
  syncProblems: (org: string) => `/o/${org}/activity/sync/problems`,
  audit: (org: string) => `/o/${org}/activity/audit`,
  syncSettings: (org: string) => `/o/${org}/settings/user-management/synchronisation`,
  guide: (org: string, step?: string) =>
    `/o/${org}/settings/user-management/entra-id${step ? `?step=${step}` : ''}`,
  administrators: (org: string) => `/o/${org}/settings/administrators`,
  roles: (org: string) => `/o/${org}/settings/roles`,
  sessions: (org: string) => `/o/${org}/settings/sessions`,
  signInSettings: (org: string) => `/o/${org}/settings/user-management/sign-in`,
  signInTest: (org: string, attempt: string) =>
    `/o/${org}/settings/user-management/sign-in/tests/${attempt}`,
  account: (org: string) => `/o/${org}/account`,
  selfServiceSettings: (org: string) => `/o/${org}/settings/self-service`,
  /** What synchronised people without a role see. */
  selfService: (org: string) => `/o/${org}/me`,
  apiTokens: (org: string) => `/o/${org}/settings/api`,
  organization: (org: string) => `/o/${org}/settings/organization`,
  signIn: () => '/sign-in',
  signInOf: (org: string) => `/o/${org}/sign-in`,
  /** Where a step-up's own window ends; it closes itself. */
  stepUpDone: () => '/step-up-done',
  setPassword: (token: string) => `/set-password#${token}`,
} as const
