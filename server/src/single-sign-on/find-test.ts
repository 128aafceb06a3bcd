import type { OrganizationId } from '../platform/organization-id.ts'
import type { Refusal, TestFindings } from './attempt-outcome.ts'
import { type CreateParts, findOrigin } from './create-account.ts'
import { findAccount } from './find-account.ts'
import type { Answer } from './finish-attempt.ts'

/** What a sign-in test shows: the same checks as a sign-in, and nobody is signed in or created. */
export async function findTest(
  parts: CreateParts,
  organization: OrganizationId,
  answer: Answer,
): Promise<FoundTest> {
  const found = await findOut(parts, organization, answer)
  if (answer.kind === 'refused') return found
  const { settings } = answer.provider
  const lacksAuthTime =
    settings.kind === 'entra' &&
    settings.stepUpContext === null &&
    typeof answer.claims['auth_time'] !== 'number'
  return { ...found, lacksAuthTime }
}

type FoundTest = TestFindings & { readonly refusal: Refusal | undefined }

async function findOut(
  parts: CreateParts,
  organization: OrganizationId,
  answer: Answer,
): Promise<FoundTest> {
  if (answer.kind === 'refused') {
    const { check, refusal, claims = null } = answer
    return { failedCheck: check, refusal, claims, account: null }
  }
  const { claims, provider } = answer
  const account = await findAccount(parts.db, organization, { provider, claims })
  if (account.kind === 'unknown') {
    const isOpen = provider.settings.createUnknownUsers
    const origin = isOpen
      ? await findOrigin(parts, organization, { provider, claims })
      : { from: 'nowhere' }
    if (origin.from === 'nowhere') {
      const none = { kind: 'none', id: null, name: null } as const
      return { failedCheck: 'account', refusal: { code: 'personUnknown' }, claims, account: none }
    }
    const created = { kind: 'wouldBeCreated', id: null, name: null } as const
    return { failedCheck: undefined, refusal: undefined, claims, account: created }
  }
  const { person } = account
  const found = { kind: 'found', id: person?.id ?? null, name: person?.name ?? null } as const
  const refusal = account.kind === 'refused' ? { code: account.refusal } : undefined
  const failedCheck = refusal ? 'account' : undefined
  return { failedCheck, refusal, claims, account: person ? found : { ...found, kind: 'none' } }
}
