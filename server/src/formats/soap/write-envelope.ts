import { node, writeXml, type XmlNode } from '../xml/write-xml.ts'
import { ACTIONS, NAMESPACES, type SoapAction } from './soap-names.ts'

export type Answer = {
  readonly action: SoapAction
  /** The request's message id; absent when it could not be read. */
  readonly relatesTo: string | undefined
  /** Our trace id, as a GUID. */
  readonly activityId: string
  /** `wsse:Security` and the like. */
  readonly header?: XmlNode
  readonly bodyAttributes?: Readonly<Record<string, string>>
  readonly body: XmlNode
}

/** Writes a SOAP 1.2 message. */
export function writeEnvelope(answer: Answer): string {
  const { action, relatesTo, activityId, header, bodyAttributes = {}, body } = answer
  return writeXml(
    node(
      's:Envelope',
      {
        'xmlns:s': NAMESPACES.soap,
        'xmlns:a': NAMESPACES.addressing,
        'xmlns:u': NAMESPACES.utility,
      },
      [
        node('s:Header', {}, [
          node('a:Action', { 's:mustUnderstand': '1' }, ACTIONS[action]),
          node(
            'ActivityId',
            { CorrelationId: activityId, xmlns: NAMESPACES.diagnostics },
            activityId,
          ),
          relatesTo === undefined ? undefined : node('a:RelatesTo', {}, relatesTo),
          header,
        ]),
        node('s:Body', bodyAttributes, [body]),
      ],
    ),
  )
}
