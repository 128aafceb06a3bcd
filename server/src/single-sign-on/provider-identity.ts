import { compareFields } from '../platform/audit-note.ts'
import type { ProviderSettings } from './provider.ts'

/** Whose secret it is: one that was made for another registration must not be shown to this one. */
export function isSameRegistration(before: ProviderSettings, after: ProviderSettings): boolean {
  return compareFields(registrationOf(before), registrationOf(after)).length === 0
}

/** Whether an answer that counted before names the same person afterwards. */
export function meansTheSame(before: ProviderSettings, after: ProviderSettings): boolean {
  return compareFields(meaningOf(before), meaningOf(after)).length === 0
}

function registrationOf(settings: ProviderSettings) {
  const { kind } = settings
  if (kind === 'openid') return { kind, clientId: settings.clientId, endpoints: settings.endpoints }
  return { kind, registration: settings.registration }
}

/** Entra's answers come from the tenant of the connection, whichever of its registrations asks. */
function meaningOf(settings: ProviderSettings) {
  if (settings.kind === 'entra') return { kind: settings.kind }
  return { ...registrationOf(settings), userNameAttribute: settings.userNameAttribute }
}
