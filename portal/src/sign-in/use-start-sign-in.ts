import { useMutation } from '@tanstack/react-query'
import { call } from '../api.ts'
import { usePageSearch } from '../frame/navigation.ts'
import { isReturnPath } from './return-path.ts'

/** Begins a sign-in with the organization's provider, and goes there. */
export function useStartSignIn(organization: string) {
  const [{ returnTo }] = usePageSearch()
  return useMutation({
    mutationFn: ({ chooseAccount }: { chooseAccount: boolean }) =>
      call('startSignIn', {
        body: { organization, chooseAccount, ...(isReturnPath(returnTo) ? { returnTo } : {}) },
      }),
    onSuccess: ({ redirectTo }) => window.location.assign(redirectTo),
  })
}
