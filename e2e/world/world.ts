import { type Emulator, type EmulatorOptions, startEmulator } from '@mooring/emulator'
import { readConfig } from '../../server/src/app/config.ts'
import { type RunningServer, startServer } from '../../server/src/app/start.ts'
import { migratedSnapshot } from '../../server/testing/database.ts'

/** Microsoft as the emulator plays it, and a real server with an empty database beside it. */
export type World = {
  readonly emulator: Emulator
  readonly server: RunningServer
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts both on free ports of 127.0.0.1: the server on PGlite in memory and with a key that is gone
 * afterwards, set up to look for Entra and Graph at the emulator.
 */
export async function startWorld(options: EmulatorOptions = {}): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const emulator = stack.use(await startEmulator({ users: 25, groups: 5, ...options }))
  const settings = readConfig({
    MOORING_PUBLIC_URL: 'http://localhost:0',
    MOORING_LISTEN: '127.0.0.1:0',
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
    MOORING_LOG_LEVEL: 'silent',
  })
  const snapshot = await migratedSnapshot()
  const server = stack.use(
    await startServer({
      ...settings,
      database: { kind: 'embedded', folder: 'memory', snapshot },
      masterKey: { kind: 'temporary' },
    }),
  )
  const moved = stack.move()
  return { emulator, server, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}
