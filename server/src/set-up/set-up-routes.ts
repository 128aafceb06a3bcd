import type { CheckReport, Connection } from '@mooring/contract/connection'
import type { Guide } from '@mooring/contract/set-up'
import type { Findings } from '../connection/index.ts'
import type { Cloud } from '../entra/clouds.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { Handlers, OrganizationCall } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Language, Texts } from '../platform/texts.ts'
import { toGuideChange } from './guide-change.ts'
import { renderGuide } from './render-guide.ts'
import { changeGuide, findGuide } from './set-up-store.ts'

export type SetUpParts = {
  readonly db: Db
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
        const { organization, caller } = call
        await changeGuide(parts.db, organization, change, caller.name, parts.clock.now())
      }
      return await readGuide(parts, call)
    },
  }
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
    now: clock.now(),
  })
}
