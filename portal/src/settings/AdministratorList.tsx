import { Button, Group } from '@mantine/core'
import type { Administrator } from '@mooring/contract/sign-in'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Ago } from '../frame/Ago.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay, useSession } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import type { FreshLink } from './fresh-link.ts'

type Props = {
  administrators: readonly Administrator[] | undefined
  org: string
  onFreshLink: (link: FreshLink) => void
}

export function AdministratorList({ administrators, org, onFreshLink }: Props) {
  const { t } = useTranslation(['settings', 'frame'])
  const queryClient = useQueryClient()
  const me = useSession()?.account.id
  const mayWrite = useMay('administrators.write')
  const [leaving, setLeaving] = useState<Administrator>()
  const renew = useMutation({
    mutationFn: ({ id }: Administrator) =>
      call('renewPasswordLink', { params: { org, administrator: id } }),
    onSuccess: ({ passwordLink }, { email }) => onFreshLink({ email, passwordLink }),
  })
  const remove = useMutation({
    mutationFn: ({ id }: Administrator) =>
      call('deleteAdministrator', { params: { org, administrator: id } }),
    onSuccess: async () => {
      setLeaving(undefined)
      await queryClient.invalidateQueries({ queryKey: ['listAdministrators'] })
    },
  })
  const columns: Column<Administrator>[] = [
    {
      id: 'email',
      head: t('administrators.email'),
      narrow: 'first',
      width: '34%',
      cell: ({ id, email }) => (
        <>
          <strong>{email}</strong> {id === me && <span className="soft">{t('you')}</span>}
        </>
      ),
    },
    { id: 'role', head: t('role'), narrow: 'second', cell: (a) => t(`frame:role.${a.role}`) },
    {
      id: 'state',
      head: t('state'),
      narrow: 'end',
      cell: ({ state }) => (
        <StateTag
          size="sm"
          tone={state === 'active' ? 'ok' : 'off'}
          label={t(`administrators.state.${state}`)}
        />
      ),
    },
    {
      id: 'lastSignIn',
      head: t('administrators.lastSignIn'),
      from: 'medium',
      cell: ({ lastSignInAt }) => (lastSignInAt ? <Ago instant={lastSignInAt} /> : t('never')),
    },
    {
      id: 'actions',
      head: t('actions'),
      narrow: 'below',
      numeric: true,
      cell: (administrator) =>
        mayWrite && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={t('administrators.newLinkFor', { email: administrator.email })}
              loading={renew.isPending && renew.variables.id === administrator.id}
              onClick={() => renew.mutate(administrator)}
            >
              {t('administrators.newLink')}
            </Button>
            {administrator.id !== me && (
              <Button
                variant="subtle"
                color="red"
                size="compact-sm"
                aria-label={t('administrators.removeNamed', { email: administrator.email })}
                onClick={() => setLeaving(administrator)}
              >
                {t('remove')}
              </Button>
            )}
          </Group>
        ),
    },
  ]
  return (
    <>
      {renew.error && <ProblemNotice error={renew.error} />}
      <ItemList
        label={t('administrators.title')}
        columns={columns}
        items={administrators}
        keyOf={(administrator) => administrator.id}
        expected={3}
      />
      {leaving && (
        <ConfirmDialog
          title={t('administrators.removeTitle', { email: leaving.email })}
          confirmLabel={t('remove')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={remove.isPending}
          problem={remove.error && <ProblemNotice error={remove.error} />}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          {t('administrators.removeText')}
        </ConfirmDialog>
      )}
    </>
  )
}
