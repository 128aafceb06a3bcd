import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterAll, afterEach, expect, test } from 'vitest'
import { makeServerCertificate } from '../../testing/authority-import.ts'
import { createHttpClient } from './http-client.ts'

const client = createHttpClient(400)
afterAll(() => client.close())
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
const get = (url: string) => client.send({ method: 'GET', url })
const fault = (code: string) => expect.objectContaining({ name: 'NetworkError', code })

test('a JSON answer is read whole, with its status and headers', async () => {
  const url = await serve((_request, response) => {
    response
      .writeHead(404, { 'content-type': 'application/json', 'request-id': 'r1' })
      .end('{"a":[1]}')
  })

  expect(await get(url)).toMatchObject({
    status: 404,
    headers: { 'request-id': 'r1' },
    json: { a: [1] },
  })
})

test('a name that does not exist is told as such', async () => {
  await expect(get('http://no-such-host.invalid/')).rejects.toEqual(fault('dnsFailed'))
})

test('a port where nobody listens is told as such', async () => {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))

  await expect(get(`http://127.0.0.1:${port}/`)).rejects.toEqual(fault('connectionRefused'))
})

test('a plain server where TLS is expected is told as a fault of TLS', async () => {
  const url = await serve((_request, response) => response.end())

  await expect(get(url.replace('http:', 'https:'))).rejects.toEqual(fault('tlsFailed'))
})

test('a certificate that nobody vouches for is told as a fault of TLS, and nothing is sent', async () => {
  const { pem, keyPem } = await makeServerCertificate('CN=127.0.0.1')
  let asked = 0
  const server = createTlsServer({ cert: pem, key: keyPem }, (_request, response) => {
    asked += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  // A shake of hands takes its time on a machine that is busy.
  const patient = createHttpClient(20_000)
  const sent = patient.send({ method: 'GET', url: `https://127.0.0.1:${port}/` })
  await expect(sent).rejects.toEqual(fault('tlsFailed'))
  await patient.close()
  expect(asked).toBe(0)
})

test('a server that never answers is given up', async () => {
  const url = await serve(() => undefined)

  await expect(get(url)).rejects.toEqual(fault('timedOut'))
})

test('a page of HTML is not taken for an answer', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Blocked by proxy</html>')
  })

  await expect(get(url)).rejects.toEqual(fault('notJson'))
})

test('JSON that breaks off counts as a lost connection', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"value":[')
  })

  await expect(get(url)).rejects.toEqual(fault('connectionLost'))
})

test('a redirect is not followed', async () => {
  let visits = 0
  const url = await serve((_request, response) => {
    visits += 1
    response.writeHead(302, { location: '/elsewhere', 'content-type': 'text/html' }).end('moved')
  })

  await expect(get(url)).rejects.toEqual(fault('redirected'))
  expect(visits).toBe(1)
})

test('an answer without an end is cut off', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(1024 * 1024, 32)
    const send = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', send)
    send()
  })

  await expect(get(url)).rejects.toEqual(fault('answerTooLarge'))
})

test('an abort of the caller is not told as a fault of the network', async () => {
  const url = await serve(() => undefined)
  const stop = new AbortController()
  const sent = client.send({ method: 'GET', url, signal: stop.signal })
  stop.abort(new Error('stopped'))

  await expect(sent).rejects.toThrow('stopped')
})

test('a text that no database can keep arrives with replacement characters', async () => {
  const body = String.raw`{"nul":"A\u0000B","alone":["\ud800","x\uDFFFy"],"pair":"\ud83e\udd37"}`
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })

  expect((await get(url)).json).toEqual({
    nul: 'A\ufffdB',
    alone: ['\ufffd', 'x\ufffdy'],
    pair: '🤷',
  })
})

test('of where a redirect points only the origin is told: the rest may be meant for one reader', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(302, { location: 'https://proxy.example/sign-in?ticket=1a2b' }).end('moved')
  })

  await expect(get(url)).rejects.toMatchObject({
    code: 'redirected',
    found: 'https://proxy.example',
  })
})
