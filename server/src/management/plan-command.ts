import type { NewCommand } from '@mooring/contract/management'
import type { Operation } from '../formats/syncml/syncml-message.ts'
import { ApiError } from '../platform/api-error.ts'
import type { CommandStep } from './session-state.ts'

/** What a command comes to on the device. */
export type CommandPlan = {
  readonly steps: readonly CommandStep[]
  readonly needsUser: boolean
  /** Whether doing it twice is as good as doing it once; what is not, is never sent again by itself. */
  readonly repeatable: boolean
  /** Whoever gives it proves anew who they are. */
  readonly isDangerous: boolean
}

const DEVICE = './Device/Vendor/MSFT/'
const exec = (path: string, data?: string): Operation => ({
  verb: 'Exec',
  uri: DEVICE + path,
  ...(data === undefined ? { format: 'null' } : { format: 'chr', type: 'text/plain', data }),
})
const once = (...steps: CommandStep[]): CommandPlan => ({
  steps,
  needsUser: false,
  repeatable: false,
  isDangerous: false,
})
const again = (...steps: CommandStep[]): CommandPlan => ({ ...once(...steps), repeatable: true })

/**
 * The nodes behind a command.
 *
 * @param id of the request: some nodes want to be told which it was.
 * @param at where the command is in what was sent, for the fields that are wrong: `command.`
 * @throws {ApiError} 422 where the expert's own command may not be given this way.
 * @see windows-mdm.md 6.4
 */
export function planCommand(command: NewCommand, id: string, at = ''): CommandPlan {
  switch (command.kind) {
    case 'sync':
      // Everything is read anew besides; this says that the device was there.
      return again({ verb: 'Get', uri: './DevDetail/SwV' })
    case 'reboot':
      return once(exec('Reboot/RebootNow'))
    case 'rename':
      return again({
        verb: 'Replace',
        uri: './DevDetail/Ext/Microsoft/DNSComputerName',
        format: 'chr',
        type: 'text/plain',
        data: command.name,
      })
    case 'lock':
      return once(exec('RemoteLock/Lock'))
    case 'defenderScan':
      return again(exec('Defender/Scan', command.full ? '2' : '1'))
    case 'updateSignatures':
      return again(exec('Defender/UpdateSignature'))
    case 'rotateBitLockerKey':
      return once(exec('BitLocker/RotateRecoveryPasswords', id))
    case 'resetLapsPassword':
      return { ...once(exec('LAPS/Actions/ResetPassword')), isDangerous: true }
    case 'renewCertificate':
      return again(exec('CertificateStore/My/WSTEP/Renew/RenewNow'))
    case 'syncml':
      return planOwn(command, at)
  }
}

/** What disturbs whoever works on the device, makes something old invalid, or may be anything. */
const DISTURBING: ReadonlySet<string> = new Set<NewCommand['kind']>([
  'reboot',
  'lock',
  'rotateBitLockerKey',
  'resetLapsPassword',
  'syncml',
])
export const isDisturbing = (kind: string) => DISTURBING.has(kind)

/** The first build of Windows that knows it, where that matters. @see windows-mdm.md 6.7 */
const FROM_BUILD: Readonly<Partial<Record<NewCommand['kind'], number>>> = {}
export const minimumBuildOf = (kind: NewCommand['kind']): number | undefined => FROM_BUILD[kind]

const DAY_MS = 24 * 60 * 60_000
/** A device that comes back after a summer is not to reboot because of last term. */
const WAITS_DAYS = 30
export const expiryOf = (now: Date) => new Date(now.getTime() + WAITS_DAYS * DAY_MS)

/** These take devices away from people, and have guards of their own. */
const GUARDED = [/\/RemoteWipe(?:\/|$)/i, /\/Unenroll(?:\/|$)/i]

function planOwn(
  { operations, atomic }: Extract<NewCommand, { kind: 'syncml' }>,
  at: string,
): CommandPlan {
  const isUser = ({ uri }: Operation) => uri.startsWith('./User/')
  for (const [index, { uri, verb }] of operations.entries()) {
    const path = `${at}operations.${index}.uri`
    // Also in the disguise of percent signs: the device undoes them.
    if (GUARDED.some((guarded) => guarded.test(undisguise(uri)))) refuse('commandGuarded', path)
    if (atomic && verb === 'Get') refuse('commandAtomicGet', path)
  }
  const needsUser = operations.some(isUser)
  if (atomic && needsUser && !operations.every(isUser)) {
    refuse('commandAtomicMixed', `${at}operations`)
  }
  return {
    steps: atomic ? [{ atomic: operations }] : operations,
    needsUser,
    repeatable: operations.every(({ verb }) => verb !== 'Exec'),
    isDangerous: true,
  }
}

function undisguise(uri: string): string {
  let text = uri
  for (let left = 4; left > 0; left -= 1) {
    const next = text.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    if (next === text) return text
    text = next
  }
  return text
}

function refuse(code: string, path: string): never {
  throw new ApiError(422, code, { fields: [{ path, message: code }] })
}
