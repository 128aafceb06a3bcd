import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { useOrg } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useRefreshConnection } from './use-guide.ts'

const WAYS = {
  syncUsers: { list: 'users', remove: 'removeUsers' },
  syncGroups: { list: 'groups', remove: 'removeGroups' },
} as const

/** What stayed after a switch was turned off, and the way to let it go. Absent where nothing stayed. */
export function RemoveSynchronised({ service }: { service: keyof typeof WAYS }) {
  const { t } = useTranslation(['set-up', 'frame'])
  const { number } = useFormats()
  const org = useOrg()
  const mayRemove = useMay('directory.remove')
  const refresh = useRefreshConnection()
  const [isAsking, setAsking] = useState(false)
  const way = WAYS[service]
  const { data } = useQuery(ask('getOverview', { params: { org } }))
  const remove = useMutation({
    mutationFn: () => call(way.remove, { params: { org }, query: { confirm: org } }),
    onSuccess: async () => {
      setAsking(false)
      await refresh()
    },
  })
  const count = data?.counts[way.list] ?? 0
  if (count === 0) return null
  const what = t(`removal.${way.list}`, { count, number: number(count) })
  return (
    <div style={{ margin: '8px 0 0 48px' }}>
      <Notice
        tone="off"
        title={t('removal.kept', { what })}
        actions={
          mayRemove && (
            <Button variant="default" size="xs" onClick={() => setAsking(true)}>
              {t('removal.button', { what })}
            </Button>
          )
        }
      />
      {isAsking && (
        <ConfirmDialog
          title={t('removal.title', { what })}
          word={org}
          wordLabel={t('removal.word', { slug: org })}
          confirmLabel={t('removal.confirm')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={remove.isPending}
          problem={remove.error && <ProblemNotice error={remove.error} />}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          {t('removal.text')}
        </ConfirmDialog>
      )}
    </div>
  )
}
