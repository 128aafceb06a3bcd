import { type Machine, newState, setFact, type WipeKind } from './csp/machine.ts'
import { resetProfile } from './profile.ts'

type Keeps = {
  readonly userData?: true
  readonly provisionedData?: true
  readonly enrolment?: true
}

/** What is still there when Windows has been set up anew. */
const wipeKeeps: Readonly<Record<WipeKind, Keeps>> = {
  doWipe: {},
  doWipeProtected: {},
  doWipeCloud: {},
  doWipePersistUserData: { userData: true },
  doWipeCloudPersistUserData: { userData: true },
  doWipePersistProvisionedData: { provisionedData: true },
  doWipeCloudPersistProvisionedData: { provisionedData: true },
  // Autopilot reset: joined and enrolled as before, for the next person.
  doAutomaticRedeployment: { provisionedData: true, enrolment: true },
}

/**
 * Windows is set up anew: the same hardware, and nothing else but what the kind of wipe keeps.
 *
 * @see Windows "RemoteWipe CSP"; "Windows Autopilot Reset"
 */
export function wipe(machine: Machine, kind: WipeKind): void {
  const keeps = wipeKeeps[kind]
  const { sessions, polls, enrolledAt } = machine.state
  // What is built in or comes with the world around it stays.
  const { secureBoot, tpm, totalStorageMb, ramMb, isVirtualMachine, faults, clockOffMs } =
    machine.state.facts
  const hardware = { secureBoot, tpm, totalStorageMb, ramMb, isVirtualMachine, faults, clockOffMs }
  const known = Object.entries(hardware).filter(([, value]) => value !== undefined)
  machine.state = { ...newState(), facts: Object.fromEntries(known) }
  setFact(machine, 'userData', keeps.userData === true)
  setFact(machine, 'provisionedData', keeps.provisionedData === true)
  setFact(machine, 'msiProducts', [])
  if (keeps.enrolment) {
    Object.assign(machine.state, { sessions, polls, enrolledAt })
    machine.state.outcomes['redeployment'] = '1'
    setFact(machine, 'signedIn', 'none')
    return
  }
  machine.profile = resetProfile(machine.profile)
  machine.entraDeviceId = undefined
  machine.enrolment = undefined
}
