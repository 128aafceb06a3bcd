import { recordAudit, SYSTEM } from '../audit/index.ts'
import { type Certificates, createCertificates } from '../certificates/index.ts'
import type { Parts } from './parts.ts'

/** The authorities of all organizations. What they do by themselves is recorded as the server's own deed. */
export function openCertificates({ db, clock, secrets, config }: Parts): Certificates {
  return createCertificates({
    db,
    clock,
    secrets,
    publicUrl: config.publicUrl,
    async record(tx, organization, note) {
      await recordAudit(tx, organization, { note, occasion: { at: clock.now(), actor: SYSTEM } })
    },
  })
}
