import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { useOrg, usePageSearch } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useRefreshConnection } from './use-guide.ts'

/** Ends the connection, by name. What was synchronised stays. */
export function RemoveConnection() {
  const { t } = useTranslation(['set-up', 'frame'])
  const org = useOrg()
  const [, change] = usePageSearch()
  const mayWrite = useMay('connection.write')
  const refresh = useRefreshConnection()
  const [isAsking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => call('deleteConnection', { params: { org }, query: { confirm: org } }),
    onSuccess: async () => {
      setAsking(false)
      change({ view: undefined, step: undefined }, 'replace')
      await refresh()
    },
  })
  if (!mayWrite) return null
  return (
    <Panel title={t('removeConnection.title')} tone="danger">
      <p style={{ margin: '0 0 12px' }}>{t('removeConnection.text')}</p>
      <Button variant="outline" color="red" onClick={() => setAsking(true)}>
        {t('removeConnection.button')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('removeConnection.title')}
          word={org}
          wordLabel={t('removal.word', { slug: org })}
          confirmLabel={t('removeConnection.button')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={remove.isPending}
          problem={remove.error && <ProblemNotice error={remove.error} />}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          {t('removeConnection.text')}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
