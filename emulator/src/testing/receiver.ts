import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One post that a receiver of notifications got. */
export type Received = {
  readonly path: string
  readonly params: URLSearchParams
  readonly contentType: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any
}

type Said = { status: number; contentType?: string; text?: string } | 'nothing'

/** A server that gets notifications, and answers as the test says. */
export type Receiver = AsyncDisposable & {
  readonly url: string
  readonly received: Received[]
  /** The answer to a validation; as it should be until replaced. */
  validates: (token: string) => Said
  /** The answer to a notification. */
  answers: (received: Received) => Said
}

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://receiver')
      const text = Buffer.concat(chunks).toString('utf8')
      const received: Received = {
        path: pathname,
        params: searchParams,
        contentType: incoming.headers['content-type'] ?? '',
        body: text === '' ? undefined : JSON.parse(text),
      }
      receiver.received.push(received)
      const token = searchParams.get('validationToken')
      const said = token === null ? receiver.answers(received) : receiver.validates(token)
      if (said === 'nothing') return
      outgoing.writeHead(said.status, { 'content-type': said.contentType ?? 'text/plain' })
      outgoing.end(said.text ?? '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's address is always this
  const receiver: Receiver = {
    url: `http://localhost:${port}`,
    received: [],
    validates: (text) => ({ status: 200, text }),
    answers: () => ({ status: 202 }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}
