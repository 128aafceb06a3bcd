import type { SessionItem } from '@mooring/contract/account'
import { IconDevices } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { SessionList } from './SessionList.tsx'

/** Who is signed in now. */
export function SessionsScreen() {
  const { t } = useTranslation(['account', 'frame'])
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const queryClient = useQueryClient()
  const mayEnd = useMay('sessions.end')
  const [leaving, setLeaving] = useState<SessionItem>()
  usePageTitle(t('sessions.title'))
  const list = useQuery({
    ...ask('listSessions', { params: { org }, query: { cursor } }),
    placeholderData: keepPreviousData,
  })
  const end = useMutation({
    mutationFn: ({ id }: SessionItem) => call('endSession', { params: { org, session: id } }),
    onSuccess: async () => {
      setLeaving(undefined)
      await queryClient.invalidateQueries({ queryKey: ['listSessions'] })
    },
  })
  return (
    <>
      <PageHeader title={t('sessions.title')} sentence={t('sessions.about')} />
      <Loaded
        query={list}
        skeleton={
          <Panel flush>
            <SessionList sessions={undefined} org={org} />
          </Panel>
        }
      >
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <Empty icon={<IconDevices size={24} />} title={t('sessions.none')} />
            ) : (
              <SessionList
                sessions={page.items}
                org={org}
                onEnd={mayEnd ? setLeaving : undefined}
              />
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
      {leaving && (
        <ConfirmDialog
          title={t('sessions.endTitle', { name: leaving.account.name })}
          confirmLabel={t('sessions.end')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={end.isPending}
          problem={end.error && <ProblemNotice error={end.error} />}
          onConfirm={() => end.mutate(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          {t('sessions.endText')}
        </ConfirmDialog>
      )}
    </>
  )
}
