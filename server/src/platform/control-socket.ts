import { chmodSync, closeSync, constants, openSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** How a command speaks, wherever it runs. */
export type CommandIo = {
  /** Answers, for stdout. */
  out(text: string): void
  /** What people should know besides, for stderr. */
  err(text: string): void
  /** Whether stderr is a terminal that shows colours. */
  readonly color: boolean
  /** Aborts when the person presses Ctrl-C or goes away. */
  readonly signal: AbortSignal
}

/** Runs a command line and gives its exit code. */
export type RunCommand = (argv: readonly string[], io: CommandIo) => Promise<number>

type Ask = { argv: readonly string[]; color: boolean }
type Tell = { out: string } | { err: string } | { exit: number }

/**
 * Lets this user's other processes run commands in this one: with the embedded database, only one
 * process can have it open.
 *
 * @param folder private: nobody else can reach the socket in it. The caller holds its lock, so that
 *   a socket that is there is one that a crash left behind.
 */
export async function openControlSocket(folder: string, run: RunCommand): Promise<AsyncDisposable> {
  const path = socketPath(folder)
  rmSync(join(folder, NAME), { force: true })
  const callers = new Set<Socket>()
  const server = createServer((socket) => {
    callers.add(socket)
    socket.once('close', () => callers.delete(socket))
    void serveCaller(socket, run)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path.text, resolve)
  })
  chmodSync(join(folder, NAME), 0o600)
  return {
    async [Symbol.asyncDispose]() {
      const isClosed = new Promise((resolve) => server.close(resolve))
      for (const caller of callers) caller.destroy()
      await isClosed
      path.close()
    },
  }
}

/** Runs a command in the process that listens. @returns `undefined` when none does. */
export async function askRunningServer(
  folder: string,
  argv: readonly string[],
  io: CommandIo,
): Promise<number | undefined> {
  const path = socketPath(folder)
  try {
    const socket = await connectTo(path.text)
    if (!socket) return undefined
    return await askSocket(socket, argv, io)
  } finally {
    path.close()
  }
}

async function askSocket(socket: Socket, argv: readonly string[], io: CommandIo): Promise<number> {
  const lines = createInterface({ input: socket })
  const hangUp = () => {
    socket.destroy()
    lines.close()
  }
  io.signal.addEventListener('abort', hangUp)
  try {
    socket.write(`${JSON.stringify({ argv, color: io.color } satisfies Ask)}\n`)
    for await (const line of lines) {
      const told = JSON.parse(line) as Tell // from our own server
      if ('exit' in told) return told.exit
      if ('out' in told) io.out(told.out)
      else io.err(told.err)
    }
  } finally {
    io.signal.removeEventListener('abort', hangUp)
    socket.destroy()
  }
  if (!io.signal.aborted)
    io.err('The server stopped before the command ended. Start it, then try again.\n')
  return 1
}

async function serveCaller(socket: Socket, run: RunCommand): Promise<void> {
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  // Somebody who hangs up early misses the rest, and nothing else happens.
  socket.on('error', () => gone.abort())
  const tell = (message: Tell) => {
    if (!gone.signal.aborted) socket.write(`${JSON.stringify(message)}\n`)
  }
  const lines = createInterface({ input: socket })
  lines.once('line', (line) => {
    const { argv, color } = JSON.parse(line) as Ask // from our own command line
    const io: CommandIo = {
      out: (out) => tell({ out }),
      err: (err) => tell({ err }),
      color,
      signal: gone.signal,
    }
    // `run` answers for its own faults; one that it does not know ends in the exit code 1.
    void run(argv, io)
      .catch(() => 1)
      .then((exit) => {
        tell({ exit })
        socket.end()
      })
  })
}

const NAME = 'control.sock'
/** The kernel takes 107 bytes at most. */
const LONGEST_PATH_BYTES = 100

/** The socket's path; one that is too long is reached through the open folder instead. */
function socketPath(folder: string): { text: string; close: () => void } {
  const text = join(folder, NAME)
  if (Buffer.byteLength(text) <= LONGEST_PATH_BYTES) return { text, close: () => {} }
  const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  return { text: `/proc/self/fd/${handle}/${NAME}`, close: () => closeSync(handle) }
}

/** Nobody listens there: never did, or crashed. */
const ABSENT = new Set(['ENOENT', 'ECONNREFUSED'])

function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      ABSENT.has(error.code ?? '') ? resolve(undefined) : reject(error),
    )
  })
}
