import { paths } from '@mooring/contract/paths'
import type { Permission } from '@mooring/contract/permissions'
import type { Session } from '@mooring/contract/sign-in'
import { type QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { call, setCaller } from '../api.ts'
import { rememberOrganization } from './last-organization.ts'

export type SignedIn = Extract<Session, { kind: 'signedIn' }>

const SESSION_KEY = ['getSession']

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async ({ signal }) => noteSession(await call('getSession', {}, signal)),
  staleTime: 60_000,
})

function noteSession(session: Session): Session {
  setCaller({ csrfToken: session.kind === 'signedIn' ? session.csrfToken : '' })
  if (session.kind === 'signedIn') rememberOrganization(session.account.organization)
  return session
}

/** After signing in, nothing that somebody else saw before may still be shown. */
export function beginSession(queryClient: QueryClient, session: Session) {
  // What is on the screen at this moment goes with the screen.
  queryClient.removeQueries({ type: 'inactive' })
  queryClient.setQueryData(SESSION_KEY, noteSession(session))
}

export function forgetSession(queryClient: QueryClient) {
  beginSession(queryClient, { kind: 'signedOut' })
}

/** Asks anew who is signed in: after a proof the session is another, for the same person. */
export async function renewSession(queryClient: QueryClient): Promise<void> {
  await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
}

/** Where somebody begins: those who may see nothing of the organization, at what is their own. */
export function homeOf({ account, permissions }: SignedIn): string {
  return permissions.includes('organization.read')
    ? paths.overview(account.organization)
    : paths.selfService(account.organization)
}

/** Who is signed in. For screens behind the frame only, which is drawn for nobody else. */
export function useSession(): SignedIn | undefined {
  const { data } = useSuspenseQuery(sessionQuery)
  return data.kind === 'signedIn' ? data : undefined
}

/** Whether the person signed in may do something; the server decides in the end. */
export function useMay(permission: Permission): boolean {
  return useSession()?.permissions.includes(permission) ?? false
}
