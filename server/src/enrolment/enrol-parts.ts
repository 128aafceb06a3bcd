import type { Certificates } from '../certificates/index.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { TermsKeys } from '../terms-of-use/index.ts'
import type { BearerParts } from './identify-bearer.ts'

export type EnrolParts = BearerParts & {
  readonly secrets: Secrets
  /** Where managed devices come. */
  readonly deviceUrl: URL
  readonly certificates: Pick<Certificates, 'prepare' | 'standingOf' | 'make'>
  readonly termsKeys: TermsKeys
}
