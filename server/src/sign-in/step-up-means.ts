import type { StepUp as ContractStepUp } from '@mooring/contract/step-up'
import type { Db } from '../platform/database.ts'
import { findSecondFactors } from './passkeys-store.ts'
import type { Holder } from './portal-session.ts'

/** How somebody can prove anew to be there: people where they signed in, administrators here. */
export async function findMeans(
  db: Db,
  { organization, kind, id }: Holder,
): Promise<Pick<ContractStepUp, 'ways' | 'needsCode'>> {
  if (kind === 'user') return { ways: ['provider'], needsCode: false }
  const factors = (await findSecondFactors(db, organization, [id])).get(id)
  return {
    ways: factors?.has('passkey') ? ['passkey', 'password'] : ['password'],
    needsCode: factors?.has('totp') ?? false,
  }
}
