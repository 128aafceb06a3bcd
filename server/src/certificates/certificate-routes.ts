import { ApiError } from '../platform/api-error.ts'
import type { Audit } from '../platform/audit-note.ts'
import { compareFields } from '../platform/audit-note.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import { isUniqueViolation } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listAuthorities } from './authorities-store.ts'
import type { Certificates } from './certificates.ts'
import {
  countValid,
  findCertificate,
  listCertificates,
  listDeviceCertificates,
} from './certificates-store.ts'
import { revokeCertificate } from './end-certificates.ts'
import { addImported, type RecordNote, rollOver } from './prepare-authority.ts'
import { readImport } from './read-import.ts'
import { toAuthorityAnswer, toCertificateAnswer } from './render-certificates.ts'
import { findCertificateSettings, saveCertificateSettings } from './settings-store.ts'

type Names =
  | 'listCertificateAuthorities'
  | 'rollOverCertificateAuthority'
  | 'importCertificateAuthority'
  | 'getCertificateSettings'
  | 'putCertificateSettings'
  | 'listCertificates'
  | 'listDeviceCertificates'
  | 'revokeCertificate'

/** Authorities and the certificates that they issued. */
export function certificateRoutes({ parts, keys }: Certificates): Handlers<Names> {
  const { db, clock, publicUrl } = parts
  const authorityParts = { db, clock, keys }

  const describe = async (organization: OrganizationId) => {
    const counts = await countValid(db, organization, clock.now())
    const items = await listAuthorities(db, organization)
    return {
      items: items.map((authority) =>
        toAuthorityAnswer(authority, {
          publicUrl,
          validCertificates: counts.get(authority.id) ?? 0,
        }),
      ),
    }
  }

  return {
    listCertificateAuthorities: (_input, { organization }) => describe(organization),

    async rollOverCertificateAuthority({ body }, { organization, demandStepUp, audit }) {
      await demandStepUp()
      const { step } = body
      const outcome = await rollOver(authorityParts, organization, { step, record: by(audit) })
      if (outcome === 'nextExists') throw new ApiError(409, 'nextAuthorityExists')
      return await describe(organization)
    },

    async importCertificateAuthority({ body }, { organization, demandStepUp, audit }) {
      await demandStepUp()
      const found = readImport(body, { id: newId('cau'), now: clock.now() })
      if (found.kind === 'refused') {
        const fields = [{ path: found.field, message: found.refusal }]
        throw new ApiError(422, 'authorityRefused', { fields })
      }
      try {
        const { authority: made } = found
        const isKept = await addImported(authorityParts, organization, { made, record: by(audit) })
        if (!isKept) throw new ApiError(409, 'nextAuthorityExists')
      } catch (error) {
        // Signing with one key in two places, nobody could say what is revoked.
        if (isUniqueViolation(error)) throw new ApiError(409, 'authorityTaken')
        throw error
      }
      return await describe(organization)
    },

    getCertificateSettings: (_input, { organization }) => findCertificateSettings(db, organization),

    async putCertificateSettings({ body }, { organization, caller, demandStepUp, audit }) {
      await demandStepUp()
      await db.transaction().execute(async (tx) => {
        const before = await findCertificateSettings(tx, organization)
        const by = { name: caller.name, now: clock.now() }
        await saveCertificateSettings(tx, organization, body, by)
        const changes = compareFields(before, body)
        await audit(tx, { action: 'certificate-settings.saved', changes })
      })
      return await findCertificateSettings(db, organization)
    },

    async listCertificates({ query }, { organization }) {
      const { limit, cursor } = query
      const place = cursor ? readCursor(cursor, TimeAndId) : undefined
      const after = place && { issuedAt: new Date(place[0]), id: place[1] }
      const found = await listCertificates(db, organization, { after, limit: limit + 1 })
      const now = clock.now()
      return toPage(found, limit, {
        item: (certificate) => toCertificateAnswer(certificate, now),
        key: ({ issuedAt, id }) => [issuedAt.toISOString(), id],
      })
    },

    async listDeviceCertificates({ params }, { organization }) {
      const found = await listDeviceCertificates(db, organization, params.device)
      const now = clock.now()
      return { items: found.map((certificate) => toCertificateAnswer(certificate, now)) }
    },

    async revokeCertificate({ params, body }, { organization, demandStepUp, audit }) {
      const found = await findCertificate(db, organization, params.certificate)
      if (!found) throw new ApiError(404, 'certificateMissing')
      await demandStepUp()
      const now = clock.now()
      const ended = await db.transaction().execute(async (tx) => {
        const { reason } = body
        const revoked = await revokeCertificate(tx, organization, found.id, { reason, now })
        // Revoked before: it stays as it was told then.
        if (!revoked) return await findCertificate(tx, organization, found.id)
        const { id, deviceId, serialNumber, fingerprint } = revoked
        await audit(tx, {
          action: 'certificate.revoked',
          object: { kind: 'certificate', id, name: serialNumber },
          details: { device: deviceId, fingerprint, reason },
        })
        return revoked
      })
      return toCertificateAnswer(ended ?? found, now)
    },
  }
}

const by =
  (audit: Audit): RecordNote =>
  (tx, note) =>
    audit(tx, note)
