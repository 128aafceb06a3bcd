import { listPeoplesDomains } from '../directory/index.ts'
import { listMatchingAttempts, openTestToken, toAttempt } from '../enrolment/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { diagnose } from './diagnose.ts'
import { renderOutsideTest } from './outside-finding.ts'
import { findOutsideTest, saveOutsideTest } from './outside-test-store.ts'
import { readCodes } from './read-codes.ts'
import { testFromOutside } from './test-from-outside.ts'

export type DoctorParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
  readonly publicUrl: URL
  /** Where attempts are recorded that no organization is found for. */
  readonly home: () => Promise<OrganizationId>
}
type Names = 'diagnoseEnrolment' | 'getOutsideTest' | 'runOutsideTest'

const MOST_ATTEMPTS = 10
/** As many domains of people's names as are worth a look. */
const MOST_DOMAINS = 5
/** What is longer, or has several lines, is a message and no name. */
const NAME_CHARACTERS = 80

/** What an error code means and whom it met; and how enrolment looks from outside. */
export function enrolmentDoctorRoutes(parts: DoctorParts): Handlers<Names> {
  const { db, clock, texts, publicUrl } = parts
  const underWay = new Set<OrganizationId>()
  return {
    async diagnoseEnrolment({ query }, { organization, language }) {
      const { codes, ids } = readCodes(query.text)
      const isName = codes.length + ids.length === 0 && query.text.length <= NAME_CHARACTERS
      // An id is about one attempt; a code about whoever met it.
      const marks = {
        ids,
        errorCodes: ids.length > 0 ? [] : codes.map(({ code }) => code),
        name: isName ? query.text : undefined,
      }
      const rows = await listMatchingAttempts(db, organization, marks, MOST_ATTEMPTS)
      const words = { texts, language }
      return {
        findings: codes.map((code) => diagnose(code, words)),
        ids: [...ids],
        attempts: rows.map((row) => toAttempt(row, words)),
      }
    },

    async getOutsideTest(_input, { organization, language }) {
      const last = await findOutsideTest(db, organization)
      return { last: last ? renderOutsideTest(texts, language, last) : null }
    },

    async runOutsideTest(_input, { organization, language, caller, audit }) {
      if (underWay.has(organization)) throw new ApiError(409, 'outsideTestRunning')
      underWay.add(organization)
      try {
        const domains = await listPeoplesDomains(db, organization, MOST_DOMAINS)
        const findings = await runTest(domains)
        const tested = { testedAt: clock.now(), testedBy: caller.name, findings }
        const report = renderOutsideTest(texts, language, tested)
        await db.transaction().execute(async (tx) => {
          await saveOutsideTest(tx, organization, tested)
          await audit(tx, { action: 'enrolment.tested', details: { state: report.state } })
        })
        return report
      } finally {
        underWay.delete(organization)
      }

      async function runTest(domains: readonly string[]) {
        const home = await parts.home()
        await using test = await openTestToken({ db, clock, home }, organization)
        const { token, requestId } = test
        return await testFromOutside({ publicUrl, now: clock.now(), token, requestId, domains })
      }
    },
  }
}
