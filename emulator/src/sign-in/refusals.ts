import type { LoginRefusal } from '../entra/login-error.ts'
import type { Tenant } from '../entra/tenant.ts'
import type { Flow, Step } from './flow.ts'
import type { Found } from './sign-in.ts'

/** What an app is told when a page would be needed that `prompt=none` forbids. */
export function refuseSilence(
  { account, app }: Pick<Flow, 'account' | 'app'>,
  step: Exclude<Step, { kind: 'answer' }>,
): LoginRefusal {
  switch (step.kind) {
    case 'askName':
      return account
        ? {
            why: 'sessionTooOld',
            text: 'The session has expired or is invalid due to sign-in frequency checks by Conditional Access.',
          }
        : {
            why: 'noSession',
            text: 'A silent sign-in request was sent but no user is signed in.',
          }
    case 'pickAccount':
      return {
        why: 'severalSessions',
        text: 'Either multiple user identities are available for the current request or selected account is not supported for the scenario.',
      }
    case 'askMfa':
      return {
        why: 'mfaNeeded',
        text: `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${app.clientId}'.`,
      }
    case 'askConsent':
    case 'askAdmin':
      return {
        why: 'consentMissing',
        text: `The user or administrator has not consented to use the application with ID '${app.clientId}' named '${app.displayName}'. Send an interactive authorization request for this user and resource.`,
      }
    case 'refuse':
      return step.refusal
  }
}

/** Nobody in the tenant has the name that was typed; perhaps somebody elsewhere has. */
export function refuseName(
  tenant: Tenant,
  elsewhere: Found | undefined,
  name: string,
): LoginRefusal {
  if (elsewhere) {
    return {
      why: 'userElsewhere',
      text: `User account '{EmailHidden}' from identity provider 'https://sts.windows.net/${elsewhere.tenant.id}/' does not exist in tenant '${tenant.displayName}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`,
    }
  }
  return {
    why: 'userUnknown',
    text: `The user account ${name.includes('@') ? '{EmailHidden}' : `'${name}'`} does not exist in the ${tenant.id} directory. To sign into this application, the account must be added to the directory.`,
  }
}

export function adminConsentNeeded({ app }: Flow): LoginRefusal {
  return {
    why: 'adminConsentNeeded',
    text: `${app.displayName} needs permission to access resources in your organization that only an admin can grant.`,
  }
}

export const mfaDenied: LoginRefusal = {
  why: 'mfaDenied',
  text: 'Authentication failed during strong authentication request.',
}

export const declined: LoginRefusal = {
  why: 'consentDeclined',
  text: 'User declined to consent to access the app.',
}
