import { Button } from '@mantine/core'
import type { SessionItem } from '@mooring/contract/account'
import { paths } from '@mooring/contract/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { forgetSession, useSession } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'
import { SessionList } from './SessionList.tsx'

/** Where one is signed in oneself; each can be ended, and all at once. */
export function OwnSessions() {
  const { t } = useTranslation('account')
  const queryClient = useQueryClient()
  const [isLeaving, setLeaving] = useState(false)
  const list = useQuery(ask('listMySessions', {}))
  const end = useMutation({
    mutationFn: ({ id }: SessionItem) => call('endMySession', { params: { session: id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listMySessions'] }),
  })
  const problem = end.error ?? list.error
  return (
    <Panel
      title={t('own.sessions')}
      hint={t('own.sessionsHint')}
      flush
      action={
        <Button variant="default" size="xs" onClick={() => setLeaving(true)}>
          {t('own.endAll')}
        </Button>
      }
    >
      {problem && <ProblemNotice error={problem} />}
      {(list.data || !list.error) && (
        <SessionList sessions={list.data?.items} onEnd={(session) => end.mutate(session)} />
      )}
      {isLeaving && <LeaveEverywhere onClose={() => setLeaving(false)} />}
    </Panel>
  )
}

function LeaveEverywhere({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['account', 'frame'])
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const organization = useSession()?.account.organization ?? ''
  const leave = useMutation({
    mutationFn: () => call('endMySessions', {}),
    onSuccess: async () => {
      forgetSession(queryClient)
      await navigate({ to: paths.signInOf(organization) })
    },
  })
  return (
    <ConfirmDialog
      title={t('own.endAllTitle')}
      confirmLabel={t('own.endAll')}
      cancelLabel={t('frame:action.cancel')}
      isBusy={leave.isPending}
      isHarmless
      problem={leave.error && <ProblemNotice error={leave.error} />}
      onConfirm={() => leave.mutate()}
      onClose={onClose}
    >
      {t('own.endAllText')}
    </ConfirmDialog>
  )
}
