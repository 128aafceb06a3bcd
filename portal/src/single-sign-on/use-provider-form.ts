import type { Provider } from '@mooring/contract/single-sign-on'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api.ts'
import { fieldError } from '../frame/field-errors.ts'
import { isChanged, type ProviderDraft, toDraft, toInput } from './provider-draft.ts'

/** The form of the provider: what is typed, what is wrong, and saving it. */
export function useProviderForm(org: string, provider: Provider) {
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState(() => toDraft(provider))
  const save = useMutation({
    mutationFn: ({ enabled }: { enabled: boolean }) =>
      call('putProvider', { params: { org }, body: toInput(draft, enabled) }),
    onSuccess: async (saved) => {
      queryClient.setQueryData(['getProvider', { params: { org } }], saved)
      await queryClient.invalidateQueries({ queryKey: ['getSignInOptions'] })
    },
  })
  return {
    draft,
    change: (patch: Partial<ProviderDraft>) => setDraft((before) => ({ ...before, ...patch })),
    isChanged: isChanged(draft, provider),
    errorAt: (path: string) => fieldError(save.error, path),
    save,
  }
}
export type ProviderFormState = ReturnType<typeof useProviderForm>
