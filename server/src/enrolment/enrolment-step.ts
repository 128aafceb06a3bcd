import type { Receipt } from '../terms-of-use/index.ts'
import type { NewStep } from './attempt.ts'
import type { Bearer } from './identify-bearer.ts'
import type { DeviceFacts } from './read-context.ts'

type Told = {
  readonly bearer: Bearer
  readonly facts: DeviceFacts
  readonly traceId: string
  readonly trail: string | undefined
  readonly receipt?: Receipt | undefined
  readonly isSha1?: boolean
}

/** What an attempt is told of an enrolment request, whatever comes of it. */
export function stepOf({
  bearer,
  facts,
  receipt,
  traceId,
  trail,
  isSha1,
}: Told): Omit<NewStep, 'at'> {
  const { proof, person } = bearer
  const claims = proof.kind === 'entra' ? proof.claims : undefined
  return {
    step: 'enrolment',
    traceId,
    trail,
    requestId: receipt?.request ?? undefined,
    userEntraId: person?.entraId ?? claims?.oid,
    userName: person?.userPrincipalName ?? claims?.userPrincipalName,
    entraDeviceId: claims?.deviceId,
    deviceName: facts.name,
    facts: {
      ...bearer.facts,
      enrolmentType: facts.scope,
      ...(facts.build === undefined ? {} : { build: facts.build }),
      ...(facts.edition === undefined ? {} : { edition: facts.edition }),
      ...(facts.hardwareId === undefined ? {} : { hardwareId: facts.hardwareId }),
      hasReceipt: facts.receipt !== undefined,
      ...(isSha1 ? { isSha1: true } : {}),
    },
  }
}
