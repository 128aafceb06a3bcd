import type { EnrolParts } from './enrol-parts.ts'
import type { Exchange } from './namespaces.ts'
import { readEnvelope } from './read-envelope.ts'
import type { StepName } from './recorder.ts'
import type { Answer, Sending } from './transport.ts'
import { type Credential, writeEnvelope } from './write-envelope.ts'

/** What the enrolment client says of itself with each request. */
export const clientHeaders = {
  'user-agent': 'ENROLLClient',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
} as const

export type Posting = {
  readonly step: Extract<StepName, 'discover' | 'policies' | 'request' | 'renew'>
  readonly exchange: Exchange
  readonly url: string
  readonly body: string
  readonly credential?: Credential
  readonly identity?: Sending['identity']
}

/** Posts a SOAP message and judges the answer. */
export function postMessage<T>(
  posting: Posting,
  parts: Pick<EnrolParts, 'recorder' | 'tamper' | 'now'>,
  read: (content: ReturnType<typeof readEnvelope>) => T,
  outcome?: (result: T) => string,
): Promise<T> {
  const { step, exchange, url, credential } = posting
  const honest = writeEnvelope({ exchange, to: url, credential, body: posting.body })
  return parts.recorder.send(
    step,
    {
      method: 'POST',
      url,
      headers: { ...clientHeaders, 'content-type': 'application/soap+xml; charset=utf-8' },
      body: parts.tamper.envelope?.(step, honest) ?? honest,
      identity: posting.identity,
    },
    (answer: Answer) => read(readEnvelope(answer, exchange, parts.now())),
    outcome,
  )
}
