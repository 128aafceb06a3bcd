import type { Login } from '../entra/login.ts'
import type { Account } from './browsers.ts'

/** What a list of accounts shows; people who are gone are not in it. */
export function describeAccounts(
  login: Login,
  accounts: readonly Account[],
): { id: string; displayName: string; name: string }[] {
  return accounts.flatMap(({ userId }) => {
    const record = login.signIn.findById(userId)?.user.record
    if (!record) return []
    const name = record.userPrincipalName
    return [{ id: userId, displayName: record.displayName ?? name, name }]
  })
}
