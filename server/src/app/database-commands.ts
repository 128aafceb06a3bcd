import { COMMAND_LINE, recordAudit } from '../audit/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { migrateJobs } from '../platform/jobs.ts'
import { rotateMasterKey } from '../platform/rotate-master-key.ts'
import type { Command } from './command.ts'

export const migrateCommand: Command = {
  summary: 'bring the database to this version',
  usage: '',
  help: [],
  options: {},
  async run({ migrated, database, log, db, clock }, _values, io) {
    await migrateJobs({ database, log })
    if (migrated.length > 0) {
      const home = (await loadHomeOrganization(db)).id
      await db.transaction().execute((tx) =>
        recordAudit(tx, home, {
          note: { action: 'database.migrated', details: { migrations: migrated.join(' ') } },
          occasion: { at: clock.now(), actor: COMMAND_LINE },
        }),
      )
    }
    io.err(
      migrated.length === 0
        ? 'The database is of this version already.\n'
        : `The database was brought to this version: ${migrated.join(', ')}.\n`,
    )
    return 0
  },
}

export const rotateKey: Command = {
  summary: 'make a new master key and wrap every secret with it',
  usage: '',
  help: [
    'Can be interrupted and run again. Back the key file up afterwards; backups of the',
    'database made before need the key file of then.',
  ],
  options: {},
  async run({ db, keys, clock }, _values, io) {
    const home = (await loadHomeOrganization(db)).id
    const { keyId, rewrapped, oldKeyRemains } = await rotateMasterKey({ db, keys, home })
    await db.transaction().execute((tx) =>
      recordAudit(tx, home, {
        note: { action: 'key.rotated', details: { keyId, rewrapped } },
        occasion: { at: clock.now(), actor: COMMAND_LINE },
      }),
    )
    io.err(`The master key is now ${keyId}; ${rewrapped} secret(s) were wrapped anew.\n`)
    if (oldKeyRemains)
      io.err('Take the old key out of the key file now; nothing needs it any more.\n')
    else io.err(`Back up ${keys.path} now, apart from the database.\n`)
    return 0
  },
}
