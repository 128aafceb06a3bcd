import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  type DeviceOptions,
  type Emulator,
  makeTlsFiles,
  startEmulator,
  startTransport,
  type Transport,
  WindowsDevice,
} from '@mooring/emulator'
import { Api } from '../demo/api.ts'
import { type ServerProcess, startServerProcess } from '../demo/server-process.ts'
import { asScript, connect, PASSWORD, pickFrom } from './sign-on-story.ts'

const EMAIL = 'owner@example.org'
/** One key for every laptop: making keys takes longer than everything else together. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))

/**
 * A connected organization on a server that speaks TLS by itself, as devices want it; it can be killed and
 * started again at the same address.
 */
export async function startManagedStory() {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mooring-managed-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const emulator = stack.use(await startEmulator({ users: 16, groups: 4 }))
  emulator.scenario.subscriptions.automatic = false
  const { cert, key } = await makeTlsFiles()
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  await writeFile(files.cert, cert)
  await writeFile(files.key, key, { mode: 0o600 })
  setDefaultCACertificates([...getCACertificates('default'), cert])
  let settings: Record<string, string> = {
    MOORING_DATA_DIR: join(folder, 'data'),
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
    MOORING_TLS_CERT_FILE: files.cert,
    MOORING_TLS_KEY_FILE: files.key,
  }
  let server: ServerProcess = await startServerProcess(settings)
  stack.defer(() => server[Symbol.asyncDispose]())
  const { url } = server
  emulator.enrolment.setMobility({ serverUrl: url })
  const script = asScript(url, await prepare(server, emulator))
  const moved = stack.move()
  return {
    emulator,
    url,
    script,
    person: pickFrom(emulator),
    /** A laptop as one buys it. */
    laptop: (options: DeviceOptions = {}) =>
      new WindowsDevice({
        entra: emulator.enrolment,
        trust: cert,
        makeKey: async () => KEY,
        ...options,
      }),
    /** A network in which something happens once, before the device gets the answer that it happens to. */
    networkWhere: (happening: Happening) => disturbed(startTransport({ trust: cert }), happening),
    /** A network that remembers where the device went. */
    network: () => disturbed(startTransport({ trust: cert }), NOTHING),
    /** Kills the server without a warning, and starts it again where it was. */
    async restart(more: Record<string, string> = {}) {
      await server.kill()
      settings = { ...settings, ...more }
      server = await startServerProcess(settings, Number(new URL(url).port))
    },
    /** An owner who is signed in, for what no script may do. */
    async owner(): Promise<Api> {
      const api = new Api(url)
      const session = await api.call<{ csrfToken: string }>('POST', '/session', {
        email: EMAIL,
        password: PASSWORD,
      })
      api.useSession(session, PASSWORD)
      return api
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

async function prepare(server: ServerProcess, emulator: Emulator): Promise<string> {
  emulator.apps.update(emulator.app.clientId, {
    redirectUris: [server.url],
    optionalClaims: { idToken: ['sid', 'login_hint', 'auth_time'], accessToken: [] },
  })
  const token = await server.command('token', 'create', '--name', 'story', '--role', 'owner')
  await connect(asScript(server.url, token.trim()), emulator)
  const link = await server.command('admin', 'create', '--email', EMAIL, '--role', 'owner')
  await new Api(server.url).call('POST', '/password', {
    token: new URL(link.trim()).hash.slice(1),
    password: PASSWORD,
  })
  return token.trim()
}

export type Happening = {
  /** Whether it happens to this answer of the server. */
  readonly to: (answer: string) => boolean
  readonly what: () => Promise<void>
  /** The answer never arrives: the device sends its message again, and gets the answer to that. */
  readonly isLost?: boolean
}

const NOTHING: Happening = { to: () => false, what: async () => undefined }

function disturbed(real: Transport, { to, what, isLost }: Happening) {
  const answers: string[] = []
  const origins: string[] = []
  let hasHappened = false
  return {
    /** Those that were lost, and those that came instead. */
    answers,
    /** Where messages were sent. */
    origins,
    close: () => real.close(),
    async send(sending: Parameters<Transport['send']>[0]) {
      origins.push(new URL(sending.url).origin)
      const answer = await real.send(sending)
      const text = answer.body.toString()
      if (hasHappened || !to(text)) return answer
      hasHappened = true
      await what()
      if (!isLost) return answer
      const second = await real.send(sending)
      answers.push(text, second.body.toString())
      return second
    },
  }
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
