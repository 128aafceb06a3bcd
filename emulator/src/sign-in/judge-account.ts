import type { AppRegistration } from '../entra/app-registry.ts'
import type { LoginRefusal } from '../entra/login-error.ts'
import type { Found, Outcome } from './sign-in.ts'

/** Why an account may not sign in at all, whatever the policies say. */
export function judgeAccount(found: Found, outcome: Outcome): LoginRefusal | undefined {
  if (found.user.record.accountEnabled === false || outcome === 'disabled') {
    return { why: 'accountDisabled', text: 'The user account is disabled.' }
  }
  if (outcome === 'locked') {
    return {
      why: 'accountLocked',
      text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    }
  }
  if (outcome === 'passwordExpired') {
    return { why: 'passwordExpired', text: 'The password is expired.' }
  }
  return undefined
}

/** Whether the app lets this person in: "assignment required". */
export function judgeAssignment(
  { tenant, user }: Found,
  app: AppRegistration,
  outcome: Outcome,
): LoginRefusal | undefined {
  const groups = tenant.directory
    .groupsOf(user.handle)
    .map((handle) => tenant.directory.object(handle).record.id)
  const principals = new Set([user.record.id, ...groups])
  const isAssigned = app.assignments.some(({ principalId }) => principals.has(principalId))
  if (outcome !== 'notAssigned' && (!app.assignmentRequired || isAssigned)) return undefined
  return {
    why: 'notAssigned',
    text: `Your administrator has configured the application ${app.displayName} ('${app.clientId}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{EmailHidden}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.`,
  }
}
