// The rubbish of `npm run flood:enrolment`, as a process of its own: offers so many requests a second to one
// server, whether it answers or not, until stdin ends.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

/** One line on stdout at the end, as JSON. */
export type FloodResult = {
  readonly seconds: number
  readonly offered: number
  readonly sent: number
  /** Not even sent: so many were on their way that were not answered yet. */
  readonly held: number
  readonly byStatus: Readonly<Record<string, number>>
  readonly lostConnections: number
}

const [url = '', rate = '10000'] = process.argv.slice(2)
const { port, hostname } = new URL(url)
const PER_SECOND = Number(rate)
const CONNECTIONS = 64
/** Requests on their way on one connection. */
const IN_FLIGHT = 40
const BEAT_MS = 10

const SOAP = 'application/soap+xml; charset=utf-8'
const DISCOVERY = '/EnrollmentServer/Discovery.svc'
const POLICY = '/EnrollmentServer/Policy.svc'
const ENROLMENT = '/EnrollmentServer/Enrollment.svc'
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (tid: string) =>
  `${part({ alg: 'RS256', typ: 'JWT', kid: 'x' })}.${part({ tid, ver: '2.0' })}.AAAA`
const withToken = (text: string, body: string) =>
  `<s:Envelope xmlns:s="x"><s:Header><Security><BinarySecurityToken>${Buffer.from(text).toString('base64')}</BinarySecurityToken></Security></s:Header><s:Body>${body}</s:Body></s:Envelope>`

type Rubbish = { readonly path: string; readonly body: string; readonly type?: string }
const RUBBISH: readonly Rubbish[] = [
  { path: DISCOVERY, body: 'x' },
  { path: '/', body: randomBytes(3000).toString('latin1') },
  { path: DISCOVERY, body: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' },
  { path: DISCOVERY, body: '<a>'.repeat(2000) },
  { path: DISCOVERY, body: '{}', type: 'application/json' },
  {
    path: POLICY,
    body: withToken(token('00000000-0000-4000-8000-000000000000'), '<GetPolicies/>'),
  },
  { path: POLICY, body: withToken('mentk_0123456789', '<GetPolicies/>') },
  { path: ENROLMENT, body: withToken(token('x'), '<RequestSecurityToken/>') },
  { path: ENROLMENT, body: '' },
  { path: '/api/device/v1/windows/termsOfUse', body: 'redirect_uri=https://evil.example' },
  { path: '/EnrollmentServer/Nothing.svc', body: 'x' },
]

let chosen = 0
/** From one network as often as from any other: behind a proxy that says whose request it is. */
function nextRequest(): Buffer {
  chosen += 1
  const { path, body, type = SOAP } = RUBBISH[chosen % RUBBISH.length] ?? { path: '/', body: '' }
  const address =
    chosen % 2 === 0
      ? '198.51.100.7'
      : [10, ...randomBytes(3)].map((byte) => String(byte)).join('.')
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n`
  return Buffer.from(head + body, 'latin1')
}

type Line = { socket: Socket | undefined; inFlight: number; rest: string }
const lines: Line[] = Array.from({ length: CONNECTIONS }, () => ({
  socket: undefined,
  inFlight: 0,
  rest: '',
}))
const byStatus: Record<string, number> = {}
let [offered, sent, held, lostConnections] = [0, 0, 0, 0]
let isOver = false

function open(line: Line): void {
  const socket = connect(Number(port), hostname)
  line.socket = socket
  line.inFlight = 0
  line.rest = ''
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    const text = line.rest + chunk.toString('latin1')
    for (const [, status = ''] of text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
      byStatus[status] = (byStatus[status] ?? 0) + 1
      line.inFlight -= 1
    }
    // What may be the beginning of the next status line, and nothing that was counted.
    line.rest = text.slice(-12).replace(/^.*HTTP\/1\.1 \d{3} /s, '')
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    line.socket = undefined
    if (isOver) return
    lostConnections += 1
    open(line)
  })
}

for (const line of lines) open(line)
const startedAt = performance.now()
let turn = 0
const timer = setInterval(() => {
  // By the clock, not by the beat: a beat that comes late offers more.
  const due = Math.floor(((performance.now() - startedAt) / 1000) * PER_SECOND) - offered
  for (let count = 0; count < due; count += 1) {
    offered += 1
    turn = (turn + 1) % lines.length
    const line = lines[turn]
    if (!line?.socket || line.inFlight >= IN_FLIGHT) {
      held += 1
      continue
    }
    line.inFlight += 1
    sent += 1
    line.socket.write(nextRequest())
  }
}, BEAT_MS)

process.stdin.resume()
process.stdin.on('end', () => {
  isOver = true
  clearInterval(timer)
  for (const { socket } of lines) socket?.destroy()
  const seconds = (performance.now() - startedAt) / 1000
  const result: FloodResult = { seconds, offered, sent, held, byStatus, lostConnections }
  process.stdout.write(`${JSON.stringify(result)}\n`)
})
