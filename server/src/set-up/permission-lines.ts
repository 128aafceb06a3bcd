import { NEEDED_PERMISSIONS } from '@mooring/contract/connection'
import type { PermissionLine } from '@mooring/contract/set-up'
import type { Finding } from '../connection/index.ts'
import type { Language, Texts } from '../platform/texts.ts'

/** Functions to come that ask for more; nobody needs to grant these for the connection. */
const LATER_PERMISSIONS = [
  'Organization.Read.All',
  'Application.Read.All',
  'Member.Read.Hidden',
  'Policy.Read.All',
  'AuditLog.Read.All',
  'DeviceLocalCredential.Read.All',
] as const

/** The permissions as Entra lists them: what each is for, and whether it is in force. */
export function permissionLines(
  texts: Texts,
  language: Language,
  findings: readonly Finding[],
): PermissionLine[] {
  const line = (name: string, required: boolean): PermissionLine => ({
    name,
    state: stateOf(findings.find((finding) => finding.id === `permission.${name}`)),
    neededFor: texts.say(language, `guide.permission.${name}`),
    required,
  })
  return [
    ...NEEDED_PERMISSIONS.map((name) => line(name, true)),
    ...LATER_PERMISSIONS.map((name) => line(name, false)),
  ]
}

function stateOf(finding: Finding | undefined): PermissionLine['state'] {
  if (finding?.state === 'passed') return 'granted'
  return finding?.state === 'failed' ? 'missing' : 'unknown'
}
