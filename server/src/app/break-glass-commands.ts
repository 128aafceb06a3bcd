import { COMMAND_LINE, recordAudit } from '../audit/index.ts'
import {
  findAdministratorByEmail,
  listAllAdministrators,
  resetAdministrator as reset,
} from '../sign-in/index.ts'
import { type Command, CommandFault, readEmail } from './command.ts'

export const listAdministrators: Command = {
  summary: 'list the local administrators of all organizations',
  usage: '[--json]',
  help: ['--json             print one JSON object a line'],
  options: { json: { type: 'boolean' } },
  async run({ db }, values, io) {
    for (const administrator of await listAllAdministrators(db)) {
      const { email, role, organizationSlug: organization } = administrator
      const state = administrator.passwordHash === undefined ? 'invited' : 'active'
      const lastSignInAt = administrator.lastSignInAt?.toISOString() ?? null
      const told = { email, organization, role, state, lastSignInAt }
      if (values['json']) io.out(`${JSON.stringify(told)}\n`)
      else io.out(`${[email, organization, role, state, lastSignInAt ?? 'never'].join('  ')}\n`)
    }
    return 0
  },
}

export const resetAdministrator: Command = {
  summary: "take an administrator's password, second factors and sessions away, and print a link",
  usage: '--email E',
  help: [
    '--email E          mail address of the administrator',
    '',
    'For who has lost the telephone or the passkey. Only whoever holds the server can do this.',
  ],
  options: { email: { type: 'string' } },
  async run(parts, values, io) {
    const email = readEmail(values)
    const { db, clock, config } = parts
    const administrator = await findAdministratorByEmail(db, email)
    if (!administrator) {
      throw new CommandFault(`There is no administrator "${email}"; see: mooring admin list`)
    }
    const { organization, id } = administrator
    const at = clock.now()
    const link = await reset(parts, administrator, {
      now: at,
      publicUrl: config.publicUrl,
      record: async (tx) => {
        const object = { kind: 'administrator', id, name: email }
        const note = { action: 'administrator.reset', object } as const
        await recordAudit(tx, organization, { note, occasion: { at, actor: COMMAND_LINE } })
      },
    })
    io.err('Open this link within 72 hours to set a password; it works once:\n')
    io.out(`${link}\n`)
    return 0
  },
}
