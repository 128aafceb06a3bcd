import type { CheckReport, Connection } from '@mooring/contract/connection'
import type { Guide } from '@mooring/contract/set-up'
import type { Findings } from '../connection/index.ts'
import type { Cloud } from '../entra/clouds.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers, OrganizationCall } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Language, Texts } from '../platform/texts.ts'
import { loadEnrolmentFacts } from './enrolment-facts.ts'
import { toGuideChange } from './guide-change.ts'
import { renderGuide } from './render-guide.ts'
import { changeGuide, findGuide, type StoredGuide } from './set-up-store.ts'

export type SetUpParts = {
  readonly db: Database['db']
  readonly texts: Texts
  readonly clock: Clock
  readonly cloud: Cloud
  readonly publicUrl: URL
  /** What the guide asks of the connection. */
  readonly connection: {
    find(organization: OrganizationId): Promise<Connection | undefined>
    lastFindings(organization: OrganizationId): Promise<Findings | undefined>
    render(findings: Findings, language: Language): CheckReport
  }
}

/** The guide of an organization: look at it, and change what people fill in and mark. */
export function setUpRoutes(parts: SetUpParts): Handlers<'getGuide' | 'patchGuide'> {
  return {
    getGuide: (_input, call) => readGuide(parts, call),

    async patchGuide({ body }, call) {
      const change = toGuideChange(body)
      if (change) {
        const { organization, caller, audit } = call
        await parts.db.transaction().execute(async (tx) => {
          const before = toRecorded(await findGuide(tx, organization))
          await changeGuide(tx, organization, change, caller.name, parts.clock.now())
          const changes = compareFields(before, toRecorded(await findGuide(tx, organization)))
          // Fields are sent as they are left; what is as it was is no news.
          if (changes.length === 0) return
          await audit(tx, { action: 'guide.changed', object: { kind: 'guide' }, changes })
        })
      }
      return await readGuide(parts, call)
    },
  }
}

/** What people filled in, without who marked a step and when: the event says that. */
function toRecorded(guide: StoredGuide | undefined): object | undefined {
  return guide && { track: guide.track, ...guide.draft, marked: Object.keys(guide.marked).sort() }
}

async function readGuide(parts: SetUpParts, call: OrganizationCall): Promise<Guide> {
  const { db, texts, clock, cloud, publicUrl } = parts
  const { organization, language, slug } = call
  const guide = await findGuide(db, organization)
  const connection = await parts.connection.find(organization)
  const found = await parts.connection.lastFindings(organization)
  return renderGuide(texts, language, {
    guide,
    connection,
    findings: found?.findings ?? [],
    report: found && parts.connection.render(found, language),
    cloud,
    publicUrl,
    slug,
    enrolment: await loadEnrolmentFacts(db, organization),
    now: clock.now(),
  })
}
