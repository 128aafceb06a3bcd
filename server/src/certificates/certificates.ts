import type { AuditNote } from '../platform/audit-note.ts'
import { createSharedLook } from '../platform/batches.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type AuthorityKeys, createAuthorityKeys, type SecretBox } from './authority-keys.ts'
import {
  findStanding,
  type IssuedCertificate,
  issueCertificate,
  makeCertificate,
  type Standing,
} from './issue-certificate.ts'
import { isAuthorityNeeded, prepareAuthority } from './prepare-authority.ts'

export type CertificateParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly secrets: SecretBox
  /** Lists of revoked certificates are below it. */
  readonly publicUrl: URL
  /** Records what the server does by itself. */
  readonly record: (tx: Db, organization: OrganizationId, note: AuditNote) => Promise<void>
}

/** The authorities of all organizations, with their keys opened once in each process. */
export type Certificates = {
  /**
   * Before a transaction in which certificates are issued: sees to it that there is an authority, and
   * tells by what is issued now. One look for all who ask at about the same time.
   */
  prepare(organization: OrganizationId): Promise<Standing>
  /** The same look, without making an authority where there is none. */
  standingOf(organization: OrganizationId): Promise<Standing>
  /**
   * Issues a certificate within the caller's transaction.
   *
   * @throws {NoAuthority}
   */
  issue(
    tx: Db,
    organization: OrganizationId,
    device: { readonly deviceId: string; readonly publicKey: Uint8Array },
  ): Promise<IssuedCertificate>
  /** Makes one by what `prepare` told; keeping it is the caller's. @throws {NoAuthority} */
  make(
    db: Db,
    standing: Standing,
    device: { readonly deviceId: string; readonly publicKey: Uint8Array },
  ): Promise<IssuedCertificate>
  /** For this room's own routes. */
  readonly keys: AuthorityKeys
  readonly parts: CertificateParts
}

export function createCertificates(parts: CertificateParts): Certificates {
  const { db, clock, publicUrl, record } = parts
  const keys = createAuthorityKeys(parts.secrets)
  const preparing = new Map<OrganizationId, Promise<void>>()
  const standingOf = createSharedLook((organization: OrganizationId) =>
    findStanding(db, organization),
  )
  return {
    keys,
    parts,
    standingOf,

    async prepare(organization) {
      const standing = await standingOf(organization)
      if (!isAuthorityNeeded(standing, clock.now())) return standing
      // A hundred devices at once make one key, not a hundred.
      const running =
        preparing.get(organization) ??
        prepareAuthority({ db, clock, keys }, organization, (tx, note) =>
          record(tx, organization, note),
        ).finally(() => preparing.delete(organization))
      preparing.set(organization, running)
      await running
      return await standingOf(organization)
    },

    issue: (tx, organization, device) =>
      issueCertificate(tx, { keys, publicUrl }, organization, { ...device, now: clock.now() }),
    make: (tx, standing, device) =>
      makeCertificate(tx, { keys, publicUrl }, standing, { ...device, now: clock.now() }),
  }
}
