import {
  addSessionRoute,
  createProxyTrust,
  desiredBySessionSettings,
  joinDesired,
  type LastSeen,
} from '../management/index.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { createAuditor } from './audit-parts.ts'
import type { Parts } from './parts.ts'

/** Where enrolled devices come for their management. */
export function addManagementUrls(app: HttpServer, parts: Parts, lastSeen: LastSeen): void {
  const { db, clock, log, config } = parts
  addSessionRoute(app, {
    db,
    clock,
    log,
    lastSeen,
    desired: joinDesired([desiredBySessionSettings]),
    auditor: createAuditor(parts),
    certificateHeader: config.clientCertificateHeader,
    trusts: createProxyTrust(config.trustedProxies),
  })
}
