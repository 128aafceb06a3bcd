import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { checkConnection } from './check-connection.ts'
export {
  type ConnectionClient,
  type ConnectionClients,
  createConnectionClients,
} from './connection-clients.ts'
export { connectionRoutes } from './connection-routes.ts'
export {
  type ConnectedOrganization,
  findConnection,
  findFindings,
  keepConnection,
  listConnectionsOf,
  listSynchronising,
  lockConnection,
  type StoredConnection,
  toContract,
} from './connection-store.ts'
export type { Finding, Findings } from './finding.ts'
export { overallState } from './finding.ts'
export { renderFindings } from './render-findings.ts'
export { openCredential } from './secret-box.ts'

/** What this room says, in both languages. */
export const connectionTexts = { en, de }
