import type { Handshake, OutsideAnswer } from '../platform/http/outside-call.ts'
import type { OutsideFinding } from './outside-finding.ts'
import { readSoapAnswer } from './outside-messages.ts'

/** What is made of an answer: a finding without the place where it belongs. */
export type Judgement = Omit<OutsideFinding, 'id'>
type Answer = Extract<OutsideAnswer, { kind: 'answer' }>

export const TIMEOUT_SECONDS = 8
/** A certificate that ends sooner is worth a word. */
const SOON_DAYS = 14
const DAY_MS = 24 * 60 * 60 * 1000

const passed = (code: string, values?: Judgement['values']): Judgement =>
  values ? { state: 'passed', code, values } : { state: 'passed', code }
const failed = (code: string, values?: Judgement['values']): Judgement =>
  values ? { state: 'failed', code, values } : { state: 'failed', code }

/** Judges a certificate as a device would that nobody has set up yet. @see windows-mdm.md 9, 10 */
export function judgeHandshake(host: string, shaken: Handshake, now: Date): Judgement {
  if (shaken.kind === 'failed') return judgeFailure(host, shaken.code)
  const { distrust, protocol, issuer, notAfter, isPublicRoot } = shaken
  const until = notAfter.toISOString().slice(0, 10)
  if (distrust) return judgeDistrust(host, distrust, until)
  if (protocol !== 'TLSv1.2' && protocol !== 'TLSv1.3') return failed('tlsOld', { protocol })
  if (!isPublicRoot) return { state: 'warning', code: 'rootPrivate' }
  const days = Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS)
  if (days < SOON_DAYS) {
    return { state: 'warning', code: 'trustedSoonEnds', values: { issuer, until, days } }
  }
  return passed('trusted', { protocol, issuer, until })
}

function judgeDistrust(host: string, found: string, until: string): Judgement {
  switch (found) {
    case 'CERT_HAS_EXPIRED':
      return failed('certificateEnded', { until })
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return failed('nameWrong', { host })
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return failed('chainIncomplete', { found })
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return failed('rootUnknown', { found })
    default:
      return failed('tlsFailed', { found })
  }
}

/** No answer at all. */
export function judgeFailure(host: string, code: string): Judgement {
  if (code === 'TIMEOUT' || code === 'ETIMEDOUT') {
    return failed('timedOut', { seconds: TIMEOUT_SECONDS })
  }
  if (code === 'EADDRESSREFUSED') return failed('addressPrivate')
  if (code === 'ENOTFOUND') return failed('nameUnknown', { host })
  if (code === 'EAI_AGAIN') return failed('nameServerSilent', { host })
  if (['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)) {
    return failed('unreachable', { host, found: code })
  }
  if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER|UNABLE_TO|EPROTO/.test(code)) {
    return failed('tlsFailed', { found: code })
  }
  return failed('connectionLost', { found: code })
}

/** Windows' first look: 200, and no way elsewhere. @see windows-mdm.md 2.1 */
export function judgeProbe(answer: Answer): Judgement {
  const wrong = judgeRedirect(answer)
  if (wrong) return wrong
  if (answer.status !== 200) return failed('statusWrong', { status: answer.status })
  if (answer.body.byteLength > 0) return { state: 'warning', code: 'probedPage' }
  return passed('probed')
}

/** The answer to Discover, which must name this server for what follows. @see windows-mdm.md 2.3 */
export function judgeDiscovery(answer: Answer, origin: string): Judgement {
  const wrong = judgeTransport(answer)
  if (wrong) return wrong
  const read = readSoapAnswer(answer.body)
  if (read.kind === 'fault') return failed('refused', { subcode: read.subcode })
  if (read.kind !== 'discovered' || answer.status !== 200) return notSoap(answer)
  for (const url of [read.enrolmentUrl, read.policyUrl]) {
    const named = URL.parse(url)
    if (named?.origin !== origin) return failed('leadsElsewhere', { host: named?.host ?? '–' })
  }
  return passed('discovered')
}

/** Without a token the way back to Windows, with a refusal. @see windows-mdm.md 1.3 */
export function judgeTerms(answer: Answer, returnTo: string): Judgement {
  const back = readWayBack(answer, returnTo)
  if (!back) {
    return judgeRedirect(answer) ?? failed('termsOther', { status: answer.status })
  }
  return passed('termsAnswered')
}

/** With an Authorization header in it the refusal differs: the header has arrived. */
export function judgeTermsToken(answer: Answer, without: Answer, returnTo: string): Judgement {
  const [back, before] = [readWayBack(answer, returnTo), readWayBack(without, returnTo)]
  if (!back) return failed('termsOther', { status: answer.status })
  const said = (query: URLSearchParams | undefined) => query?.get('error_description')
  return said(back) === said(before) ? failed('tokenLost') : passed('tokenArrived')
}

export function judgePolicy(answer: Answer): Judgement {
  const wrong = judgeTransport(answer)
  if (wrong) return wrong
  const read = readSoapAnswer(answer.body)
  if (read.kind === 'fault') return failed('refused', { subcode: read.subcode })
  if (read.kind !== 'policies' || answer.status !== 200) return notSoap(answer)
  return passed('policyGiven')
}

/** The unusable request must be refused for what it is, with a status that lets Windows read why. */
export function judgeEnrolment(answer: Answer): Judgement {
  const wrong = judgeTransport(answer)
  if (wrong) return wrong
  const read = readSoapAnswer(answer.body)
  if (read.kind !== 'fault') {
    // What stands in place of the fault: as a rule an error page.
    return answer.status === 500
      ? notSoap(answer)
      : failed('faultChanged', { status: answer.status })
  }
  if (read.subcode !== 'CertificateRequest') return failed('refused', { subcode: read.subcode })
  if (answer.status !== 500) return failed('faultChanged', { status: answer.status })
  return passed('enrolmentAnswers')
}

function judgeTransport(answer: Answer): Judgement | undefined {
  const { headers } = answer
  const redirected = judgeRedirect(answer)
  if (redirected) return redirected
  if (headers['transfer-encoding']) return failed('chunked')
  const found = headers['content-encoding']
  return found && found !== 'identity' ? failed('compressed', { found }) : undefined
}

function judgeRedirect({ status, headers }: Answer): Judgement | undefined {
  if (status < 300 || status >= 400) return undefined
  const location = (headers['location'] ?? '–').slice(0, 200)
  return failed('redirected', { location })
}

const notSoap = ({ status, headers }: Answer): Judgement =>
  failed('notSoap', { status, contentType: (headers['content-type'] ?? '–').slice(0, 80) })

function readWayBack({ status, headers }: Answer, returnTo: string): URLSearchParams | undefined {
  const location = headers['location'] ?? ''
  if (status !== 302 || !location.startsWith(`${returnTo}?`)) return undefined
  const query = new URLSearchParams(location.slice(returnTo.length + 1))
  return query.has('error') ? query : undefined
}
