import type { NewWipe, WipeDetail, WipeGuard, WipeLimits } from '@mooring/contract/wipes'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, call } from '../api.ts'
import { ask } from '../query.ts'

/** Queries that look different once something was asked for, approved, taken back or frozen. */
const TOUCHED = ['listWipes', 'getWipe', 'getOverview', 'listDeviceCommands', 'listDevices']

function useTouch() {
  const queryClient = useQueryClient()
  return async () => {
    await Promise.all(TOUCHED.map((name) => queryClient.invalidateQueries({ queryKey: [name] })))
  }
}

/** Asks for something to be taken from devices. */
export function useAskForWipe(org: string, onAsked: (wipe: WipeDetail) => void) {
  const touch = useTouch()
  return useMutation({
    mutationFn: (body: NewWipe) => call('createWipe', { params: { org }, body }),
    onSuccess: async (wipe) => {
      onAsked(wipe)
      await touch()
    },
  })
}

/** Approves a request, or takes it back; the page then shows what became of it. */
export function useDecideWipe(org: string, { id, listHash }: WipeDetail, onDone: () => void) {
  const queryClient = useQueryClient()
  const touch = useTouch()
  const params = { org, wipe: id }
  const onSuccess = async (wipe: WipeDetail) => {
    queryClient.setQueryData(ask('getWipe', { params }).queryKey, wipe)
    onDone()
    await touch()
  }
  // Somebody else was faster: the page then says so.
  const onError = async (error: Error) => {
    if (error instanceof ApiError && error.status === 409) {
      await Promise.all([touch(), queryClient.invalidateQueries({ queryKey: ['getWipeGuard'] })])
    }
  }
  const approve = useMutation({
    mutationFn: () => call('approveWipe', { params, body: { listHash } }),
    onSuccess,
    onError,
  })
  const takeBack = useMutation({
    mutationFn: () => call('cancelWipe', { params }),
    onSuccess,
    onError,
  })
  return { approve, takeBack }
}

/** Freezes, thaws, and sets limits. */
export function useGuardActs(org: string, onDone: () => void) {
  const queryClient = useQueryClient()
  const touch = useTouch()
  const params = { org }
  const onSuccess = async (guard: WipeGuard) => {
    queryClient.setQueryData(ask('getWipeGuard', { params }).queryKey, guard)
    onDone()
    await touch()
  }
  const onError = async (error: Error) => {
    if (error instanceof ApiError && error.status === 409) {
      await queryClient.invalidateQueries({ queryKey: ['getWipeGuard'] })
    }
  }
  return {
    freeze: useMutation({ mutationFn: () => call('freezeWipes', { params }), onSuccess, onError }),
    thaw: useMutation({ mutationFn: () => call('thawWipes', { params }), onSuccess, onError }),
    limit: useMutation({
      mutationFn: (body: WipeLimits) => call('putWipeLimits', { params, body }),
      onSuccess,
    }),
  }
}
