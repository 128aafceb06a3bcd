import { Button } from '@mantine/core'
import type { Organization } from '@mooring/contract/organizations'
import { paths } from '@mooring/contract/paths'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useSession } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'

export function DeleteOrganization({ organization }: { organization: Organization }) {
  const { t } = useTranslation(['settings', 'frame'])
  const { slug, name } = organization
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const home = useSession()?.account.organization ?? ''
  const [isAsking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () =>
      call('deleteOrganization', { params: { org: slug }, query: { confirm: slug } }),
    onSuccess: async () => {
      await navigate({ to: paths.organization(home) })
      await queryClient.invalidateQueries()
    },
  })
  return (
    <Panel title={t('delete.title')} tone="danger">
      <p style={{ margin: '0 0 12px' }}>{t('delete.text')}</p>
      <Button variant="outline" color="red" onClick={() => setAsking(true)}>
        {t('delete.button')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('delete.confirm', { name })}
          word={slug}
          wordLabel={t('delete.word', { slug })}
          confirmLabel={t('delete.button')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={remove.isPending}
          problem={remove.error && <ProblemNotice error={remove.error} />}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          {t('delete.text')}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
