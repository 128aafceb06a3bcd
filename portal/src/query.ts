import type { AnswerOf, EndpointName } from '@mooring/contract/endpoints'
import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { ApiError, type Call, call } from './api.ts'

/** A call as a query: cached under its name and what was passed. */
export function ask<Name extends EndpointName>(name: Name, parts: Call<Name>) {
  return queryOptions({
    queryKey: [name, parts] as const,
    queryFn: ({ signal }): Promise<AnswerOf<Name>> => call(name, parts, signal),
  })
}

/** Whether trying again may help: never when the server has said no. */
function mayRetry(tries: number, error: Error) {
  const status = error instanceof ApiError ? error.status : undefined
  return tries < 2 && (status === undefined || status >= 500)
}

/** `onSignedOut` is called when the server no longer knows the session. */
export function createQueryClient(onSignedOut: () => void) {
  const onError = (error: Error) => {
    // A wrong password is a 401 as well, and ends no session.
    if (error instanceof ApiError && error.code === 'signInNeeded') onSignedOut()
    // Rights were taken away meanwhile: what is offered follows.
    if (error instanceof ApiError && error.code === 'notAllowed') {
      void client.invalidateQueries({ queryKey: ['getSession'] })
    }
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 10_000, gcTime: 600_000, retry: mayRetry },
      mutations: { retry: false },
    },
  })
  return client
}
