import { readNode, valueAt } from '../csp/carry-out.ts'
import { fact, type Machine } from '../csp/machine.ts'
import { readAddressList } from '../csp/nodes/dm-client.ts'
import type { EntraSide } from '../entra-side.ts'
import type { DeviceEnrolment } from '../provision.ts'
import type { Part } from './client-message.ts'
import type { Post } from './post-syncml.ts'
import { providerPath } from './post-syncml.ts'
import type { SessionReason } from './session-report.ts'

export type Tokens = Pick<Post, 'userToken' | 'deviceToken'>

/**
 * Fetches the Entra tokens that a session brings along: the user's once the server said for which
 * resource, the device's when it is forced.
 *
 * @see Windows "DMClient CSP" › AADResourceID, ForceAadToken
 */
export async function fetchTokens(
  machine: Machine,
  enrolment: DeviceEnrolment,
  entra: EntraSide | undefined,
): Promise<Tokens> {
  const own = providerPath(enrolment)
  const audience = valueAt(machine, `${own}/AADResourceID`)
  const deviceId = machine.entraDeviceId
  const user = fact(machine, 'tokenUser') ?? enrolment.user
  if (!entra || !audience || deviceId === undefined)
    return { userToken: undefined, deviceToken: undefined }
  const isUserHere =
    fact(machine, 'signedIn') === 'user' || fact(machine, 'tokenUser') !== undefined
  const userToken =
    isUserHere && user !== undefined
      ? await entra.enrolmentToken({ user, deviceId, audience })
      : undefined
  const forced = valueAt(machine, `${own}/ForceAadToken`)
  const sendsDevice = valueAt(machine, `${own}/AADSendDeviceToken`) === 'true'
  const isBearer = forced === '4' || (sendsDevice && userToken === undefined)
  if (!isBearer && forced !== '1') return { userToken, deviceToken: undefined }
  const token = await entra.deviceToken({ deviceId })
  return { userToken, deviceToken: { token, as: isBearer ? 'bearer' : 'header' } }
}

const unenrolment = 'com.microsoft:mdm.unenrollment.userrequest'

/**
 * What the first message of a session says.
 *
 * @see [MS-MDM] 3.1.5; OMA-TS-DM_Protocol-V1_2 §8.3 Package 1
 */
export function openingParts(machine: Machine, reason: SessionReason, tokens: Tokens): Part[] {
  const alert = (type: string, data: string, format?: string): Part => ({
    kind: 'alert',
    code: type === unenrolment ? 1226 : 1224,
    item: { code: 1224, type, data, ...(format === undefined ? {} : { format }) },
  })
  const { state } = machine
  return [
    { kind: 'alert', code: reason === 'push' ? 1200 : 1201 },
    alert('com.microsoft/MDM/LoginStatus', fact(machine, 'signedIn')),
    ...(tokens.userToken === undefined
      ? []
      : [alert('com.microsoft/MDM/AADUserToken', tokens.userToken)]),
    ...state.alerts.map((item): Part => ({ kind: 'alert', code: item.code, item })),
    ...(state.unenrol === 'user' ? [alert(unenrolment, '1', 'int')] : []),
    { kind: 'replace', items: ['DevId', 'Man', 'Mod', 'DmV', 'Lang'].map(deviceInfo(machine)) },
  ]
}

/** Says goodbye when the server ends the enrolment. */
export const goodbye: Part = {
  kind: 'alert',
  code: 1226,
  item: { code: 1226, type: unenrolment, format: 'int', data: '1' },
}

function deviceInfo(machine: Machine) {
  return (name: string) => {
    const source = `./DevInfo/${name}`
    const data = readNode(machine, source, undefined).found[0]?.value ?? ''
    return { source, format: 'chr', data }
  }
}

/** Those of the list, if one was written; else the account's. */
export function addressesOf(
  machine: Machine,
  enrolment: DeviceEnrolment,
): readonly [string, ...string[]] {
  const list = valueAt(machine, `${providerPath(enrolment)}/ManagementServerAddressList`)
  const [first, ...others] = (list === undefined ? undefined : readAddressList(list)) ?? []
  return first === undefined ? [enrolment.account.address] : [first, ...others]
}
