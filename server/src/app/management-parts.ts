import { ENROLMENT_PATH, MANAGEMENT_PATH, makeNonce } from '../enrolment/index.ts'
import {
  addSessionRoute,
  createProxyTrust,
  createStrangerGate,
  createTakesDigests,
  desiredByAddress,
  desiredBySessionSettings,
  joinDesired,
  type LastSeen,
} from '../management/index.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { networkOf } from '../sign-in/index.ts'
import { createAuditor } from './audit-parts.ts'
import type { Parts } from './parts.ts'

/** Where enrolled devices come for their management. */
export function addManagementUrls(app: HttpServer, parts: Parts, lastSeen: LastSeen): void {
  const { db, clock, log, secrets, config } = parts
  addSessionRoute(app, {
    db,
    clock,
    log,
    lastSeen,
    secrets,
    makeNonce,
    gate: createStrangerGate(clock, networkOf),
    takesDigests: createTakesDigests({ db, clock }),
    desired: joinDesired([
      desiredByAddress({
        managementUrl: (config.devices?.url ?? config.publicUrl).origin + MANAGEMENT_PATH,
        renewalUrl: config.publicUrl.origin + ENROLMENT_PATH,
      }),
      desiredBySessionSettings,
    ]),
    auditor: createAuditor(parts),
    certificateHeader: config.clientCertificateHeader,
    trusts: createProxyTrust(config.trustedProxies),
  })
}
