import type { ParseArgsOptionsConfig } from 'node:util'
import { Role } from '@mooring/contract/permissions'
import { findOrganizationBySlug, type Organization } from '../organizations/index.ts'
import type { CommandIo } from '../platform/control-socket.ts'
import { normalizeEmail } from '../sign-in/index.ts'
import type { EntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'

/** What a command works with: that of the running server, or its own. */
export type CommandParts = Parts & { readonly entra: EntraParts }

/** The values of a command's options, by name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>

/** A command on the installation's data. It runs in the server where that has the database open. */
export type Command = {
  readonly summary: string
  /** Behind the name: `--email E [--organization O]`. */
  readonly usage: string
  /** What `--help` says besides, one line each. */
  readonly help: readonly string[]
  readonly options: ParseArgsOptionsConfig
  /** @throws {CommandFault} with one sentence that says what to do. @returns the exit code. */
  run(parts: CommandParts, values: Values, io: CommandIo): Promise<number>
}

/** Why a command cannot be done, in one plain sentence. */
export class CommandFault extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export const ORGANIZATION = { organization: { type: 'string', short: 'o' } } as const
export const ORGANIZATION_HELP =
  '--organization O   short name of the organization (default: default)'
export const ROLE_HELP = `--role R           ${Role.options.join(', ')}`

export function notConnected({ slug }: Organization): CommandFault {
  return new CommandFault(
    `The organization "${slug}" is not connected to Entra ID; connect it in the portal under Settings > User management > Entra ID.`,
  )
}

/** The organization that `--organization` names. @throws {CommandFault} */
export async function findOrganization({ db }: Parts, values: Values): Promise<Organization> {
  const slug = values['organization'] ?? 'default'
  const found = await findOrganizationBySlug(db, String(slug))
  if (found) return found
  throw new CommandFault(
    `There is no organization "${slug}"; create it in the portal, or name another with --organization.`,
  )
}

export function readText(values: Values, name: string): string {
  const value = values[name]
  if (typeof value === 'string' && value !== '') return value
  throw new CommandFault(`--${name} is needed.`, 2)
}

const EMAIL = /^[^\s@]+@[^\s@]+$/

export function readEmail(values: Values): string {
  const email = normalizeEmail(readText(values, 'email'))
  if (EMAIL.test(email) && email.length <= 254) return email
  throw new CommandFault(`--email must be a mail address, not "${email}".`, 2)
}

export function readRole(text: string | boolean): Role {
  const role = Role.options.find((known) => known === text)
  if (role) return role
  throw new CommandFault(`--role must be one of ${Role.options.join(', ')}, not "${text}".`, 2)
}

export function readDays(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days
  throw new CommandFault(`--expires-days must be a whole number from 1 to 3650, not "${text}".`, 2)
}
