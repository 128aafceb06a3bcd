import { DataFolderError } from '../platform/data-folder.ts'
import { MasterKeyError } from '../platform/key-ring.ts'
import { NewerDatabase } from '../platform/migrate.ts'
import { CommandFault } from './command.ts'
import { MigrationsPending } from './parts.ts'

/** Says why something did not work in one plain sentence, with what to do. */
export function explainFailure(error: unknown): { sentence: string; exitCode: number } {
  if (error instanceof CommandFault) return { sentence: error.message, exitCode: error.exitCode }
  if (OWN.some((kind) => error instanceof kind)) {
    return { sentence: (error as Error).message, exitCode: 1 }
  }
  const { code, port, address, path, message } = error as NodeJS.ErrnoException & {
    port?: number
    address?: string
  }
  const at = address ? `${address}:${port}` : (path ?? '')
  const explain = SYSTEM[code ?? '']
  const sentence = explain
    ? explain(at)
    : `Something unexpected went wrong: ${message}. If it happens again, report it with what you did before.`
  return { sentence, exitCode: 1 }
}

/** Errors whose messages are written for people. */
const OWN = [DataFolderError, MasterKeyError, NewerDatabase, MigrationsPending]

const unreachable = (at: string) =>
  `PostgreSQL cannot be reached${at ? ` at ${at}` : ''}; check that it runs and that DATABASE_URL is right.`

/** What the system and PostgreSQL report, by code. */
const SYSTEM: Readonly<Record<string, (at: string) => string>> = {
  EADDRINUSE: (at) =>
    `The address ${at} is taken; stop the program that listens there, or set MOORING_LISTEN to another.`,
  EADDRNOTAVAIL: (at) => `This machine has no address ${at}; set MOORING_LISTEN to one it has.`,
  EACCES: (at) =>
    `Access to ${at} was denied; run as a user who may, or change the setting that names it.`,
  ENOENT: (at) => `The file "${at}" is not there; correct the setting that names it.`,
  ENOSPC: () => 'The disk is full; make room and start again.',
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  '28P01': () => 'PostgreSQL refused the user or the password; correct DATABASE_URL.',
  '28000': () => 'PostgreSQL refused the user; correct DATABASE_URL or its pg_hba.conf.',
  '3D000': () => 'PostgreSQL has no such database; create it, or correct DATABASE_URL.',
  '42501': () =>
    'PostgreSQL refused because rights are missing; make the user of DATABASE_URL the owner of its database.',
}
