import type { NewCommand } from '@mooring/contract/management'

/** What an administrator can do with a device, in the order in which it is offered. */
export const ACTS = [
  'sync',
  'reboot',
  'rename',
  'lock',
  'quickScan',
  'fullScan',
  'updateSignatures',
  'rotateBitLockerKey',
  'resetLapsPassword',
  'renewCertificate',
] as const
export type Act = (typeof ACTS)[number]

/** The command behind an act. @param name the new one, for renaming only */
export function commandOf(act: Act, name: string): NewCommand {
  switch (act) {
    case 'quickScan':
      return { kind: 'defenderScan', full: false }
    case 'fullScan':
      return { kind: 'defenderScan', full: true }
    case 'rename':
      return { kind: 'rename', name: name.trim() }
    default:
      return { kind: act }
  }
}

/** What disturbs whoever works on the device, or makes something old invalid. */
const DISTURBING: ReadonlySet<Act> = new Set<Act>([
  'reboot',
  'lock',
  'rotateBitLockerKey',
  'resetLapsPassword',
])
export const isHarmless = (act: Act) => !DISTURBING.has(act)
