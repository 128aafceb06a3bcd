import { COMMAND_LINE, recordAudit } from '../audit/index.ts'
import type { AuditNote } from '../platform/audit-note.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  countLocalOwners,
  FEW_OWNERS,
  findAdministratorByEmail,
  inviteAdministrator,
  makeApiToken,
  makePasswordLink,
} from '../sign-in/index.ts'
import {
  type Command,
  CommandFault,
  findOrganization,
  ORGANIZATION,
  ORGANIZATION_HELP,
  ROLE_HELP,
  readDays,
  readEmail,
  readRole,
  readText,
} from './command.ts'

export const createAdministrator: Command = {
  summary: 'create a local administrator and print a one-time link to set a password',
  usage: '--email E [--organization O] [--role R]',
  help: [
    '--email E          mail address, to sign in with',
    ORGANIZATION_HELP,
    `${ROLE_HELP} (default: owner)`,
  ],
  options: { ...ORGANIZATION, email: { type: 'string' }, role: { type: 'string' } },
  async run(parts, values, io) {
    const email = readEmail(values)
    const role = readRole(values['role'] ?? 'owner')
    const { id } = await findOrganization(parts, values)
    const { db, clock, config } = parts
    const invitation = await inviteAdministrator(
      db,
      { organization: id, email, role },
      {
        now: clock.now(),
        publicUrl: config.publicUrl,
        record: (tx, { id: administrator }) =>
          recordCommand(tx, id, {
            at: clock.now(),
            note: {
              action: 'administrator.invited',
              object: { kind: 'administrator', id: administrator, name: email },
              details: { role },
            },
          }),
      },
    )
    if (!invitation) {
      throw new CommandFault(
        `There already is an administrator "${email}"; make a new link with: mooring admin link --email ${email}`,
      )
    }
    const owners = await countLocalOwners(db, id)
    if (owners > FEW_OWNERS) {
      io.err(
        `There are ${owners} local owners now, each one more way in; see: mooring admin list\n`,
      )
    }
    io.err('Open this link within 72 hours to set a password; it works once:\n')
    io.out(`${invitation.passwordLink}\n`)
    return 0
  },
}

export const linkAdministrator: Command = {
  summary: 'print a new one-time link for an administrator to set a password',
  usage: '--email E',
  help: ['--email E          mail address of the administrator'],
  options: { email: { type: 'string' } },
  async run({ db, clock, config }, values, io) {
    const email = readEmail(values)
    const administrator = await findAdministratorByEmail(db, email)
    if (!administrator) {
      throw new CommandFault(
        `There is no administrator "${email}"; create one with: mooring admin create --email ${email}`,
      )
    }
    const occasion = { now: clock.now(), publicUrl: config.publicUrl }
    const link = await db.transaction().execute(async (tx) => {
      const made = await makePasswordLink(tx, administrator, occasion)
      const object = { kind: 'administrator', id: administrator.id, name: email }
      const note = { action: 'administrator.link-renewed', object } as const
      await recordCommand(tx, administrator.organization, { at: clock.now(), note })
      return made
    })
    io.err('Open this link within 72 hours to set a password; it works once:\n')
    io.out(`${link}\n`)
    return 0
  },
}

export const createToken: Command = {
  summary: 'print a new API token, once, and nothing else on stdout',
  usage: '--name N --role R [--organization O] [--expires-days D]',
  help: [
    '--name N           what the token is for',
    ROLE_HELP,
    ORGANIZATION_HELP,
    '--expires-days D   days until it expires (default: never)',
  ],
  options: {
    ...ORGANIZATION,
    name: { type: 'string' },
    role: { type: 'string' },
    'expires-days': { type: 'string' },
  },
  async run(parts, values, io) {
    const name = readText(values, 'name').trim()
    if (name === '' || name.length > 100) {
      throw new CommandFault('--name must have 1 to 100 characters.', 2)
    }
    const role = readRole(readText(values, 'role'))
    const expiresInDays = readDays(values['expires-days'])
    const { id } = await findOrganization(parts, values)
    const now = parts.clock.now()
    const given = { name, role, expiresInDays, createdBy: 'command line' }
    const { token } = await parts.db.transaction().execute(async (tx) => {
      const made = await makeApiToken(tx, id, { given, now })
      const object = { kind: 'token', id: made.id, name }
      const note = { action: 'token.created', object, details: { role, hint: made.hint } } as const
      await recordCommand(tx, id, { at: now, note })
      return made
    })
    io.out(`${token}\n`)
    return 0
  },
}

async function recordCommand(
  tx: Db,
  organization: OrganizationId,
  { at, note }: { at: Date; note: AuditNote },
): Promise<void> {
  await recordAudit(tx, organization, { note, occasion: { at, actor: COMMAND_LINE } })
}
