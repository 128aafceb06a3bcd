import { type Exchange, ns } from './namespaces.ts'
import { child, children, descend, type Element, readXml, text } from './read-xml.ts'
import type { Answer } from './transport.ts'
import { codes, type Fault, faultCode, statusCode, WindowsError } from './windows-error.ts'

const allowedSkewMs = 5 * 60_000

/**
 * Judges an answer as Windows does, and gives the body's element.
 *
 * @throws WindowsError with the code that the person would see
 */
export function readEnvelope(answer: Answer, exchange: Exchange, now: Date): Element {
  checkStatus(answer)
  checkFraming(answer)
  const envelope = readXml(answer.body.toString('utf8'))
  const soap = envelope.namespaceURI ?? ''
  if (envelope.localName !== 'Envelope' || (soap !== ns.soap12 && soap !== ns.soap11))
    throw bad(`no SOAP envelope but ${envelope.nodeName}`)
  const body = child(envelope, soap, 'Body')
  const [content] = body ? children(body) : []
  if (!content) throw bad('an empty body')
  const fault = readFault(content, soap)
  // Windows does not look for a fault under 200: it shows the status itself.
  if (fault)
    throw new WindowsError(statusCode(200), `a fault with status 200: ${fault.subcode}`, fault)
  checkHeader(child(envelope, soap, 'Header'), exchange, now)
  return content
}

function checkStatus(answer: Answer): void {
  const { status } = answer
  if (status === 200) return
  if (status >= 300 && status < 400)
    throw new WindowsError(
      codes.redirectNotSecure,
      `redirected to ${answer.headers.location ?? 'nowhere'}`,
    )
  if (status === 429) throw new WindowsError(codes.tooManyRequests, 'too many requests')
  const fault = status === 500 ? tryReadFault(answer) : undefined
  if (fault) throw new WindowsError(faultCode(fault), fault.message ?? fault.subcode, fault)
  throw new WindowsError(statusCode(status), `status ${status}`)
}

function checkFraming({ headers, body }: Answer): void {
  if (headers['transfer-encoding'] !== undefined) throw bad('the answer is chunked')
  if (headers['content-length'] === undefined) throw bad('the answer has no Content-Length')
  if (headers['content-encoding'] !== undefined) throw bad('the answer is compressed')
  if (body.length === 0) throw new WindowsError(codes.emptyMessage, 'an empty answer')
  const type = headers['content-type'] ?? 'no content type'
  if (!/^application\/soap\+xml\s*(;|$)/i.test(type)) throw bad(`the answer is ${type}`)
}

function checkHeader(header: Element | undefined, exchange: Exchange, now: Date): void {
  const action = text(child(header, ns.addressing, 'Action'))
  if (action !== exchange.answerAction) throw bad(`the action is ${action}`)
  const relatesTo = text(child(header, ns.addressing, 'RelatesTo'))
  if (withoutBlanks(relatesTo) !== exchange.messageId)
    throw bad(`the answer relates to ${relatesTo ?? 'nothing'}`)
  const stamp = descend(child(header, ns.security, 'Security'), ns.utility, 'Timestamp')
  if (!stamp) return
  const created = Date.parse(text(child(stamp, ns.utility, 'Created')) ?? '')
  const expires = Date.parse(text(child(stamp, ns.utility, 'Expires')) ?? '')
  const isOff =
    !(created <= now.getTime() + allowedSkewMs) || !(expires >= now.getTime() - allowedSkewMs)
  if (isOff) throw bad(`the timestamp does not hold at ${now.toISOString()}`)
}

function tryReadFault(answer: Answer): Fault | undefined {
  try {
    const envelope = readXml(answer.body.toString('utf8'))
    const [content] = children(child(envelope, envelope.namespaceURI ?? '', 'Body') ?? envelope)
    return content && readFault(content, envelope.namespaceURI ?? '')
  } catch {
    // Whatever it is, it is no fault: the status is what Windows shows.
    return undefined
  }
}

function readFault(content: Element, soap: string): Fault | undefined {
  if (content.localName !== 'Fault' || content.namespaceURI !== soap) return undefined
  const detail = child(
    descend(content, soap, 'Detail'),
    ns.enrolment,
    'DeviceEnrollmentServiceError',
  )
  return {
    subcode: text(descend(content, soap, 'Code', 'Subcode', 'Value')) ?? '',
    errorType: text(child(detail, ns.enrolment, 'ErrorType')),
    message:
      text(child(detail, ns.enrolment, 'Message')) ??
      text(descend(content, soap, 'Reason', 'Text')),
    traceId: text(child(detail, ns.enrolment, 'TraceId')),
  }
}

function bad(reason: string): WindowsError {
  return new WindowsError(codes.messageFormat, reason)
}

function withoutBlanks(value: string | undefined): string | undefined {
  return value?.replace(/\s+/g, '')
}
