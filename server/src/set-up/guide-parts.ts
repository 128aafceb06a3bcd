import type { CheckReport, Connection } from '@mooring/contract/connection'
import type { Finding } from '../connection/index.ts'
import type { Cloud } from '../entra/clouds.ts'
import type { EnrolmentFacts } from './enrolment-facts.ts'
import type { StoredGuide } from './set-up-store.ts'

/** All that a guide is made of. */
export type GuideParts = {
  readonly guide: StoredGuide | undefined
  readonly connection: Connection | undefined
  readonly findings: readonly Finding[]
  /** The findings in words. */
  readonly report: CheckReport | undefined
  readonly cloud: Cloud
  readonly publicUrl: URL
  readonly slug: string
  readonly enrolment?: EnrolmentFacts | undefined
  readonly now: Date
}
