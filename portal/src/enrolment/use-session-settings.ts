import type { PollSchedule } from '@mooring/contract/poll-schedule'
import type { PushCredentials } from '@mooring/contract/push'
import type { SessionSettings } from '@mooring/contract/session-settings'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api.ts'
import { ask } from '../query.ts'

/** Saving what there is to say about sessions. @param onDone when one of them went through. */
export function useSessionSettings(org: string, onDone: () => void = () => undefined) {
  const queryClient = useQueryClient()
  const params = { org }
  const onSuccess = (saved: SessionSettings) => {
    queryClient.setQueryData(ask('getSessionSettings', { params }).queryKey, saved)
    onDone()
  }
  return {
    poll: useMutation({
      mutationFn: (body: PollSchedule) => call('putPollSchedule', { params, body }),
      onSuccess,
    }),
    push: useMutation({
      mutationFn: (body: PushCredentials) => call('putPushCredentials', { params, body }),
      onSuccess,
    }),
    removePush: useMutation({
      mutationFn: () => call('removePushCredentials', { params }),
      onSuccess,
    }),
    digest: useMutation({
      mutationFn: (allowed: boolean) => call('putDigestFallback', { params, body: { allowed } }),
      onSuccess,
    }),
  }
}
