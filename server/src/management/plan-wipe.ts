import type { WipeKind } from '@mooring/contract/wipes'
import { PROVIDER_ID } from '../enrolment/index.ts'
import type { CommandStep } from './session-state.ts'

const WIPE = './Device/Vendor/MSFT/RemoteWipe/'
const NODES: Readonly<Record<Exclude<WipeKind, 'unenrol'>, string>> = {
  wipe: `${WIPE}doWipe`,
  wipeProtected: `${WIPE}doWipeProtected`,
  wipeKeepProvisioning: `${WIPE}doWipePersistProvisionedData`,
  wipeKeepUserData: `${WIPE}doWipePersistUserData`,
  wipeCloud: `${WIPE}doWipeCloud`,
  autopilotReset: `${WIPE}AutomaticRedeployment/doAutomaticRedeployment`,
}

/** The node behind it. @see windows-mdm.md 6.4, 7.4 */
export function planWipe(kind: WipeKind): CommandStep[] {
  if (kind === 'unenrol') {
    const uri = `./Device/Vendor/MSFT/DMClient/Provider/${PROVIDER_ID}/Unenroll`
    return [{ verb: 'Exec', uri, format: 'chr', type: 'text/plain', data: PROVIDER_ID }]
  }
  return [{ verb: 'Exec', uri: NODES[kind], format: 'chr', type: 'text/plain', data: '' }]
}

/** Whether the device is no longer managed once it has agreed. Of an `unenrol` it says so itself. */
export const endsManagement = (kind: string): boolean =>
  Object.hasOwn(NODES, kind) && kind !== 'autopilotReset'
