import type { Permission } from '@mooring/contract/permissions'
import type { Session } from '@mooring/contract/sign-in'
import { type QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { call, setCaller } from '../api.ts'

export type SignedIn = Extract<Session, { kind: 'signedIn' }>

const SESSION_KEY = ['getSession']

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async ({ signal }) => noteSession(await call('getSession', {}, signal)),
  staleTime: 60_000,
})

function noteSession(session: Session): Session {
  setCaller({ csrfToken: session.kind === 'signedIn' ? session.csrfToken : '' })
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

/** Who is signed in. For screens behind the frame only, which is drawn for nobody else. */
export function useSession(): SignedIn | undefined {
  const { data } = useSuspenseQuery(sessionQuery)
  return data.kind === 'signedIn' ? data : undefined
}

/** Whether the person signed in may do something; the server decides in the end. */
export function useMay(permission: Permission): boolean {
  return useSession()?.permissions.includes(permission) ?? false
}
