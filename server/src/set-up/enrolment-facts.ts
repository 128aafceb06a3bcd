import { findLastTermsVisit } from '../enrolment/index.ts'
import { findOutsideTest, type StoredOutsideTest } from '../enrolment-doctor/index.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** What enrolment itself knows of the set-up in Entra. */
export type EnrolmentFacts = {
  /** When somebody’s Windows last came for the terms with a token that Entra made for this server. */
  readonly termsAskedAt: Date | undefined
  /** The last test from outside; absent where there was none, or none that left this machine. */
  readonly outside: { readonly testedAt: Date; readonly failed: readonly string[] } | undefined
}

export async function loadEnrolmentFacts(
  db: Db,
  organization: OrganizationId,
): Promise<EnrolmentFacts> {
  return {
    termsAskedAt: await findLastTermsVisit(db, organization),
    outside: toOutside(await findOutsideTest(db, organization)),
  }
}

/** Only what is on the way of every device: people's domains are for a few. */
function toOutside(test: StoredOutsideTest | undefined): EnrolmentFacts['outside'] {
  if (!test || test.findings.some(({ code }) => code === 'loopback')) return undefined
  const failed = test.findings.filter(({ id, state }) => state === 'failed' && !id.includes(':'))
  return { testedAt: test.testedAt, failed: failed.map(({ id }) => id) }
}
