import { createAdministrator, createToken, linkAdministrator } from './administrator-commands.ts'
import { exportAudit, verifyAudit } from './audit-commands.ts'
import { listAdministrators, resetAdministrator } from './break-glass-commands.ts'
import { checkCommand } from './check-command.ts'
import type { Command } from './command.ts'
import { migrateCommand, rotateKey } from './database-commands.ts'
import { syncCommand } from './sync-command.ts'

/** Every command on an installation's data, by its words. `serve` and `emulator` are in `main.ts`. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: migrateCommand,
  'admin create': createAdministrator,
  'admin link': linkAdministrator,
  'admin list': listAdministrators,
  'admin reset': resetAdministrator,
  'token create': createToken,
  check: checkCommand,
  sync: syncCommand,
  'audit verify': verifyAudit,
  'audit export': exportAudit,
  'key rotate': rotateKey,
}
