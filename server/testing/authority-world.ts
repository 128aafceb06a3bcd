import { checkCertificateRequest, createCertificates } from '../src/certificates/index.ts'
import type { AuditNote } from '../src/platform/audit-note.ts'
import { steppingClock } from '../src/platform/clock.ts'
import { temporaryKeys } from '../src/platform/key-source.ts'
import { checkMasterKey } from '../src/platform/master-key-check.ts'
import type { OrganizationId } from '../src/platform/organization-id.ts'
import { createSecrets } from '../src/platform/secrets.ts'
import type { TestDatabase } from './database.ts'
import { makeRequest } from './signed-messages.ts'

/** Two organizations that can issue certificates, and devices that ask for them. */
export async function authorityWorld({ db }: TestDatabase) {
  const clock = steppingClock(new Date('2026-11-25T08:00:00Z'))
  const keys = temporaryKeys()
  const { id: first } = await db.selectFrom('organizations').select('id').executeTakeFirstOrThrow()
  await checkMasterKey(db, first, keys.ring())
  const second: OrganizationId = 'org_second'
  await db
    .insertInto('organizations')
    .values({ id: second, slug: 'second', name: 'Second' })
    .execute()
  const notes: AuditNote[] = []
  const publicUrl = new URL('https://mdm.example.org')
  /** As one more process on the same database would have it. */
  const another = () =>
    createCertificates({
      db,
      clock,
      secrets: createSecrets(keys),
      publicUrl,
      record: async (_tx, _organization, note) => {
        notes.push(note)
      },
    })
  const certificates = another()
  return {
    db,
    clock,
    first,
    second,
    certificates,
    another,
    notes,
    /** A device with a key of its own and a certificate. */
    async enrol(organization: OrganizationId, deviceId: string, kind: 'rsa' | 'ec' = 'ec') {
      const { der, privateKey } = await makeRequest(kind)
      const request = checkCertificateRequest(der, { sha1Allowed: false })
      if (request.kind === 'refused') throw new Error(request.refusal)
      const { publicKey } = request
      await certificates.prepare(organization)
      const certificate = await db
        .transaction()
        .execute((tx) => certificates.issue(tx, organization, { deviceId, publicKey }))
      return { certificate, privateKey }
    },
  }
}
