import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeServerCertificate } from '../../../testing/authority-import.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { createTexts } from '../texts.ts'
import { createHttpServer, type Timeouts } from './http-server.ts'

const metrics = createMetrics('0')
afterAll(() => metrics.close())

/** A listener that counts how many requests reach a route. */
async function listen(tls: { cert: string; key: string } | undefined, timeouts?: Timeouts) {
  const app = createHttpServer({
    publicUrl: new URL('http://localhost:8080'),
    tls,
    trustedProxies: [],
    log: createLog('silent'),
    texts: createTexts(),
    metrics,
    ...(timeouts ? { timeouts } : {}),
  })
  const reached: string[] = []
  app.all('/*', async (request) => {
    reached.push(request.url)
    return {}
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, reached, port: Number(new URL(address).port) }
}

describe('where one request ends and the next begins', () => {
  let server: Awaited<ReturnType<typeof listen>>
  beforeAll(async () => {
    server = await listen(undefined)
  })
  afterAll(() => server.app.close())

  /** Sends bytes as they are. @returns all that comes back until the server hangs up. */
  const send = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
      socket.on('data', (data) => {
        answer += data.toString()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(answer))
    })
  const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'

  test.each([
    [
      'two lengths that differ',
      `POST /outer HTTP/1.1\r\nHost: a\r\nContent-Length: ${HIDDEN.length}\r\nContent-Length: 0\r\n\r\n${HIDDEN}`,
    ],
    [
      'a length and chunks',
      `POST /outer HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    [
      'chunks under another name',
      `POST /outer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    [
      'a blank before the colon',
      `POST /outer HTTP/1.1\r\nHost: a\r\nContent-Length : ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    ],
  ])('is not guessed: %s is refused, and nothing behind it is heard', async (_what, text) => {
    server.reached.length = 0

    const answer = await send(text)

    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(server.reached).not.toContain('/hidden')
  })
})

describe('whoever sends slowly', () => {
  let server: Awaited<ReturnType<typeof listen>>
  beforeAll(async () => {
    server = await listen(undefined, { headersMs: 150, requestMs: 300, checkedEveryMs: 30 })
  })
  afterAll(() => server.app.close())

  /** Sends a little more again and again. @returns what comes back until the server hangs up. */
  const drip = (begin: string, more: string) =>
    new Promise<string>((resolve) => {
      let answer = ''
      let timer: NodeJS.Timeout | undefined
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(begin)
        timer = setInterval(() => socket.write(more), 20)
      })
      socket.on('data', (data) => {
        answer += data.toString()
      })
      // What is written after the server hung up ends in an error.
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(timer)
        resolve(answer)
      })
    })

  test.each([
    ['the headers', 'POST / HTTP/1.1\r\nHost: a\r\n', 'X: y\r\n'],
    [
      'the body',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n',
      'x',
    ],
    [
      'chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      '1\r\nx\r\n',
    ],
  ])('is hung up on, while others are served: %s', async (_what, begin, more) => {
    server.reached.length = 0
    const slow = drip(begin, more)
    const answer = await fetch(`http://127.0.0.1:${server.port}/quick`)

    expect(answer.status).toBe(200)
    // Or nothing: where a little more is on its way when the server hangs up, TCP says no more.
    expect(await slow).toMatch(/^$|^HTTP\/1\.1 408 /)
    expect(server.reached).toEqual(['/quick'])
  })
})

describe('over TLS', () => {
  let server: Awaited<ReturnType<typeof listen>>
  beforeAll(async () => {
    const { pem, keyPem } = await makeServerCertificate('CN=localhost')
    server = await listen({ cert: pem, key: keyPem })
  })
  afterAll(() => server.app.close())

  /** Shakes hands with one version. @returns what was agreed on, or why nothing was. */
  const shake = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<string | null>((resolve) => {
      const socket = connectTls({
        host: '127.0.0.1',
        port: server.port,
        minVersion: version,
        maxVersion: version,
        // What is old is offered as loudly as can be: it is the server that must not want it.
        ciphers: 'ALL:@SECLEVEL=0',
        // Its name is not what is tried here.
        rejectUnauthorized: false,
      })
      socket.on('secureConnect', () => {
        resolve(socket.getProtocol())
        socket.destroy()
      })
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })

  test('nothing older than 1.2 is spoken', async () => {
    expect(await shake('TLSv1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    expect(await shake('TLSv1.1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    expect(await shake('TLSv1.2')).toBe('TLSv1.2')
    expect(await shake('TLSv1.3')).toBe('TLSv1.3')
  })
})
