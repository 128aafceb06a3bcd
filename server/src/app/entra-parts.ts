import { type ConnectionClients, createConnectionClients } from '../connection/index.ts'
import { createHttpClient, type HttpClient } from '../entra/http-client.ts'
import { chance } from '../platform/chance.ts'
import type { Parts } from './parts.ts'

/** What talks to Microsoft, shared by routes, jobs and commands. */
export type EntraParts = {
  readonly http: HttpClient
  readonly clients: ConnectionClients
}

/** Close `http` when done. */
export function openEntraParts({ db, secrets, clock, config }: Parts): EntraParts {
  const http = createHttpClient()
  const clients = createConnectionClients({
    db,
    secrets,
    http,
    clock,
    cloud: config.cloud,
    chance,
  })
  return { http, clients }
}
