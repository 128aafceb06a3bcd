import type { DeviceRecord, DirectoryObject } from '../directory/records.ts'
import type { Reply } from '../http/reply.ts'
import type { GraphCall } from './call.ts'
import { accessDenied, badRequest, GraphError } from './graph-error.ts'

const writable = [
  'accountEnabled',
  'displayName',
  'isCompliant',
  'isManaged',
  'operatingSystem',
  'operatingSystemVersion',
] as const
const readOnly = [
  'id',
  'deviceId',
  'mdmAppId',
  'managementType',
  'trustType',
  'profileType',
  'registrationDateTime',
]

/**
 * `PATCH /devices/{id}` by an app: 204, 400 for devices that do not run Windows, 403 for an app
 * that is no MDM application of the tenant.
 * @see Graph v1.0 "Update device"
 */
export function answerUpdateDevice(call: GraphCall, device: DirectoryObject): Reply {
  if (device.kind !== 'device') throw badRequest('The target is no device.')
  const patch = readPatch(call.request.body)
  if (device.record.operatingSystem !== 'Windows') {
    throw new GraphError(
      400,
      'Request_BadRequest',
      'Properties other than ExtendedAttribute1..15 can be modified only on windows devices.',
    )
  }
  const isComplianceWrite = patch.isCompliant !== undefined || patch.isManaged !== undefined
  const mode = call.graph.scenario.complianceWrites
  if (isComplianceWrite && (mode === 'refuse' || call.caller.app?.isMdmApp === false))
    throw accessDenied()
  if (!isComplianceWrite || mode === 'count') {
    call.caller.tenant.directory.updateDevice(device.record.id, patch)
  }
  return { kind: 'empty', status: 204, headers: {} }
}

function readPatch(body: string): Partial<Omit<DeviceRecord, 'id' | 'deviceId'>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    )
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw badRequest('Empty Payload. JSON content expected.')
  const patch: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(parsed)) {
    if (readOnly.includes(name)) {
      throw new GraphError(
        400,
        'Request_BadRequest',
        `Property '${name}' is read-only and cannot be set.`,
      )
    }
    if (!writable.some((known) => known === name)) {
      throw new GraphError(
        400,
        'Request_BadRequest',
        `One or more property values specified are invalid. Property '${name}'.`,
      )
    }
    patch[name] = value
  }
  return patch
}
