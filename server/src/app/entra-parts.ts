import { type ConnectionClients, createConnectionClients } from '../connection/index.ts'
import type { GraphMeter } from '../entra/graph/graph-client.ts'
import { createHttpClient, type HttpClient } from '../entra/http-client.ts'
import { chance } from '../platform/chance.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Parts } from './parts.ts'
import { openSignOnParts } from './single-sign-on-parts.ts'

/** What talks to Microsoft, shared by routes, jobs and commands. */
export type EntraParts = {
  readonly http: HttpClient
  readonly clients: ConnectionClients
  readonly signOn: ReturnType<typeof openSignOnParts>
}

/** Close `http` when done; what signs people in is closed with it. */
export function openEntraParts(parts: Parts, metrics?: Metrics): EntraParts {
  const { db, secrets, clock, config } = parts
  const signOn = openSignOnParts(parts)
  const client = createHttpClient()
  const http: HttpClient = {
    ...client,
    async close() {
      await Promise.all([client.close(), signOn.close()])
    },
  }
  const clients = createConnectionClients({
    db,
    secrets,
    http,
    clock,
    cloud: config.cloud,
    chance,
    ...(metrics ? { meter: toMeter(metrics) } : {}),
  })
  return { http, clients, signOn }
}

function toMeter(metrics: Metrics): GraphMeter {
  const requests = metrics.counter(
    'mooring_graph_requests_total',
    'Requests to Microsoft Graph by status, tries included',
    'status',
  )
  const units = metrics.counter(
    'mooring_graph_resource_units_total',
    'What requests to Microsoft Graph cost, in its resource units, by status',
    'status',
  )
  const waits = metrics.counter(
    'mooring_graph_wait_seconds_total',
    'Time spent waiting because Graph throttled, failed, or was nearly full',
    'why',
  )
  return {
    answered(status, cost) {
      requests(String(status))
      if (cost > 0) units(String(status), cost)
    },
    waited: (ms, why) => waits(why, ms / 1000),
  }
}
