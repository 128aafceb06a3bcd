import { setTimeout as delay } from 'node:timers/promises'
import type { Certificates } from '../certificates/index.ts'
import {
  addEnrolmentRoutes,
  addSignInRoute,
  admitTerms,
  createAddressGate,
  createEnrolTogether,
  createLooks,
  createTurnstile,
  recordTermsRefusal,
  type SoapParts,
} from '../enrolment/index.ts'
import { createTokenIssuers } from '../entra/enrolment-token-issuers.ts'
import { findPollSchedule } from '../management/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { createAllowance, createFloodGate } from '../platform/flood-gate.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { addFailures, addressKey, createIdentify, networkOf } from '../sign-in/index.ts'
import { beginSignIn } from '../single-sign-on/index.ts'
import { addTermsRoutes, BROKER_RETURNS, createTermsKeys } from '../terms-of-use/index.ts'
import { createAuditor } from './audit-parts.ts'
import type { EntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'
import { texts } from './texts.ts'

/** Messages that are read at the same time, and that may wait for it. */
const AT_ONCE = 32
const WAITING = 2000
/** Refusals of strangers that are recorded in a second; the rest only show in the log. */
const RECORDS_PER_SECOND = 20
/** They are kept for 90 days: a flood that goes on all the time leaves below a million. */
const RECORDS = { atOnce: 2000, perHour: 400 }

/** What Windows asks when it joins: terms of use, discovery, policies, certificates. */
export function addDeviceUrls(
  app: HttpServer,
  { parts, entra, certificates }: { parts: Parts; entra: EntraParts; certificates: Certificates },
): void {
  const { db, clock, log, secrets, config } = parts
  const { publicUrl, cloud } = config
  const { http, keys } = entra.signOn.entra
  const [admitsNow, admitsMore] = [
    createFloodGate(clock, RECORDS_PER_SECOND),
    createAllowance(clock, RECORDS),
  ]
  const termsKeys = createTermsKeys({ db, secrets })
  const enrolling = {
    db,
    clock,
    log,
    secrets,
    publicUrl,
    deviceUrl: config.devices?.url ?? publicUrl,
    certificates,
    termsKeys,
    issuers: createTokenIssuers({ http, clock, cloud }),
    looks: createLooks(db, keys, (organization) => findPollSchedule(db, organization)),
    clients: entra.clients,
    auditor: createAuditor(parts),
    addresses: openAddressGate(parts),
    turnstile: createTurnstile({ atOnce: AT_ONCE, waiting: WAITING }),
    admitsRecord: () => admitsNow() && admitsMore(),
    home: async () => (await loadHomeOrganization(db)).id,
  }
  const given: SoapParts = { ...enrolling, enrolTogether: createEnrolTogether(enrolling) }
  addTermsRoutes(app, {
    db,
    texts,
    clock,
    log,
    keys: termsKeys,
    allowedReturns: [...BROKER_RETURNS, cloud.authorityUrl, ...config.termsReturns],
    admitsAddress: given.addresses.admits,
    admit: async (token, visit) => {
      const admission = await admitTerms(given, token, visit)
      if (admission.kind === 'admitted') given.addresses.prove(visit.clientAddress)
      else if (admission.error === 'unauthorized_client') {
        given.addresses.fail(visit.clientAddress)
      }
      return admission
    },
    recordRefusal: async (visit, reason) => {
      given.addresses.fail(visit.clientAddress)
      await recordTermsRefusal(given, visit, reason)
    },
  })
  addEnrolmentRoutes(app, given)
  addSignInRoute(app, {
    db,
    clock,
    texts,
    publicUrl,
    identify: createIdentify(db, clock),
    admitsAddress: given.addresses.admits,
    beginSignIn: async (asked, call) => {
      // The server remembers it, whoever asks.
      given.addresses.fail(call.clientAddress)
      return await beginSignIn(
        { ...entra.signOn, db, secrets, clock },
        { ...asked, chooseAccount: false },
        call,
      )
    },
  })
}

/** Once a second, what failed at this process is added to what failed at the others. */
const SHARED_EVERY_MS = 1000

function openAddressGate({ db, clock }: Pick<Parts, 'db' | 'clock'>) {
  return createAddressGate({
    clock,
    networkOf,
    share: async (counted) => {
      const { id } = await loadHomeOrganization(db)
      const keys = counted.map(({ network, minute, count }) => ({
        key: addressKey(`enrolment ${minute}`, network),
        failures: count,
      }))
      return await addFailures(db, id, { counted: keys, now: clock.now() })
    },
    pause: () => delay(SHARED_EVERY_MS, undefined, { ref: false }),
  })
}
