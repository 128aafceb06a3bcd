import { Button } from '@mantine/core'
import type { ApiToken } from '@mooring/contract/sign-in'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Ago } from '../frame/Ago.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'

type Props = { tokens: readonly ApiToken[] | undefined; org: string }

export function ApiTokenList({ tokens, org }: Props) {
  const { t } = useTranslation(['settings', 'frame'])
  const { date } = useFormats()
  const queryClient = useQueryClient()
  const mayWrite = useMay('tokens.write')
  const [leaving, setLeaving] = useState<ApiToken>()
  const revoke = useMutation({
    mutationFn: ({ id }: ApiToken) => call('revokeToken', { params: { org, token: id } }),
    onSuccess: async () => {
      setLeaving(undefined)
      await queryClient.invalidateQueries({ queryKey: ['listTokens'] })
    },
  })
  const columns: Column<ApiToken>[] = [
    {
      id: 'name',
      head: t('tokens.name'),
      narrow: 'first',
      width: '26%',
      cell: ({ name, hint }) => (
        <>
          <strong>{name}</strong> <code className="mono soft">…{hint}</code>
        </>
      ),
    },
    { id: 'role', head: t('role'), narrow: 'second', cell: (a) => t(`frame:role.${a.role}`) },
    {
      id: 'expires',
      head: t('tokens.expires'),
      narrow: 'second',
      cell: ({ expiresAt }) => (expiresAt ? date(expiresAt) : t('tokens.noEnd')),
    },
    {
      id: 'lastUsed',
      head: t('tokens.lastUsed'),
      from: 'medium',
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Ago instant={lastUsedAt} /> : t('never')),
    },
    { id: 'by', head: t('tokens.by'), from: 'wide', cell: (token) => token.createdBy },
    {
      id: 'actions',
      head: t('actions'),
      narrow: 'below',
      numeric: true,
      cell: (token) =>
        mayWrite && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            aria-label={t('tokens.revokeNamed', { name: token.name })}
            onClick={() => setLeaving(token)}
          >
            {t('tokens.revoke')}
          </Button>
        ),
    },
  ]
  return (
    <>
      <ItemList
        label={t('tokens.title')}
        columns={columns}
        items={tokens}
        keyOf={(token) => token.id}
        expected={3}
      />
      {leaving && (
        <ConfirmDialog
          title={t('tokens.revokeTitle', { name: leaving.name })}
          confirmLabel={t('tokens.revoke')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={revoke.isPending}
          problem={revoke.error && <ProblemNotice error={revoke.error} />}
          onConfirm={() => revoke.mutate(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          {t('tokens.revokeText')}
        </ConfirmDialog>
      )}
    </>
  )
}
