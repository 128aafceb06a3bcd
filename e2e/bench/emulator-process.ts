import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { readPeakMiB } from './memory.ts'

const MAIN = fileURLToPath(new URL('../../emulator/src/main.ts', import.meta.url))

/** How large the emulated tenant is. */
export type Sizes = {
  readonly users: number
  readonly groups: number
  readonly memberships: number
}

/** The emulator as a process of its own, which a benchmark sees only over HTTP. */
export type EmulatorProcess = AsyncDisposable & {
  /** Origin of login and Graph. */
  readonly url: string
  /** For processes that ask it by themselves. */
  readonly controlUrl: string
  readonly tenantId: string
  readonly clientId: string
  readonly secret: string
  /** From the start of the process until the first answer of Graph's host. */
  readonly startSeconds: number
  /** Its own certificate in PEM, with `tls`. */
  readonly certificate: string | undefined
  peakMiB(): number
  /** One call of the control port. @throws when it refuses. */
  control<T>(method: string, path: string, body?: unknown): Promise<T>
}

/** Starts it without throttling: a benchmark of throttled reads would measure the throttle. */
export async function startEmulatorProcess(
  sizes: Sizes,
  options: { seed: number; tls?: boolean },
): Promise<EmulatorProcess> {
  const startedAt = performance.now()
  const numbers = Object.entries({ ...sizes, seed: options.seed })
  const child = spawn(
    process.execPath,
    [
      MAIN,
      ...numbers.flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...(options.tls ? ['--tls'] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    const line = await firstLine(child)
    const { url, controlUrl, tenantId, clientId, secret } = JSON.parse(line)
    const certificate = options.tls ? await readCertificate(url) : undefined
    const control = makeControl(controlUrl)
    await control('PATCH', '/scenario', { throttling: false })
    const startSeconds = (performance.now() - startedAt) / 1000
    return {
      url,
      controlUrl,
      tenantId,
      clientId,
      secret,
      startSeconds,
      certificate,
      peakMiB: () => readPeakMiB(child.pid),
      control,
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM')
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the emulator has no stdout')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the emulator ended before it said where it is')
}

function makeControl(controlUrl: string): EmulatorProcess['control'] {
  return async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(controlUrl + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} of the emulator: ${answer.status} ${text}`)
    return (text ? JSON.parse(text) : undefined) as T // what operations.ts of the emulator promises
  }
}

/** The certificate that the emulator made for itself, for those who are to trust it. */
async function readCertificate(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerX509Certificate()
  socket.destroy()
  if (!certificate) throw new Error('the emulator showed no certificate')
  return certificate.toString()
}
