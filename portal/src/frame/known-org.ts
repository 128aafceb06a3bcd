import { useSession } from '../sign-in/session.ts'
import { useOrg } from './navigation.ts'

/** The organization of the address, or the own one where the address names none that may be seen. */
export function useKnownOrg(): string {
  const org = useOrg()
  const session = useSession()
  const isKnown = session?.organizations.some(({ slug }) => slug === org) ?? false
  return isKnown ? org : (session?.account.organization ?? '')
}
