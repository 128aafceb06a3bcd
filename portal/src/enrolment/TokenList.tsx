import { Button } from '@mantine/core'
import type { EnrolmentToken } from '@mooring/contract/enrolment'
import { paths } from '@mooring/contract/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { TOKEN_TONES } from './tones.ts'

type Props = { tokens: readonly EnrolmentToken[] | undefined; org: string }

/** Tokens that were made, without the tokens themselves. */
export function TokenList({ tokens, org }: Props) {
  const { t } = useTranslation('enrolment')
  const { dateTime, number } = useFormats()
  const mayManage = useMay('devices.manage')
  const [leaving, setLeaving] = useState<EnrolmentToken>()
  const columns: Column<EnrolmentToken>[] = [
    {
      id: 'name',
      head: t('token.name'),
      narrow: 'first',
      width: '20%',
      cell: ({ name }) => <strong>{name}</strong>,
    },
    {
      id: 'ownership',
      head: t('token.ownership'),
      from: 'medium',
      cell: ({ ownership }) => <span className="nowrap">{t(`ownership.${ownership}`)}</span>,
    },
    {
      id: 'user',
      head: t('token.user'),
      from: 'wide',
      cell: ({ user }) =>
        user ? (
          <Person org={org} entraId={user.entraId} />
        ) : (
          <span className="soft">{t('attempt.nobody')}</span>
        ),
    },
    {
      id: 'group',
      head: t('token.group'),
      from: 'wide',
      cell: ({ group }) => group ?? <span className="soft">–</span>,
    },
    {
      id: 'uses',
      head: t('token.uses'),
      narrow: 'second',
      cell: ({ uses, mostUses }) => (
        <span className="nowrap">
          {t('token.usesOf', { uses: number(uses), most: number(mostUses) })}
        </span>
      ),
    },
    {
      id: 'expires',
      head: t('token.expires'),
      narrow: 'second',
      cell: ({ expiresAt }) => dateTime(expiresAt),
    },
    { id: 'by', head: t('token.by'), from: 'wide', cell: ({ createdBy }) => createdBy },
    {
      id: 'state',
      head: t('token.state'),
      narrow: 'end',
      cell: ({ state }) => (
        <StateTag size="sm" tone={TOKEN_TONES[state]} label={t(`tokenState.${state}`)} />
      ),
    },
    {
      id: 'actions',
      head: t('token.actions'),
      narrow: 'below',
      numeric: true,
      cell: (token) =>
        mayManage &&
        token.state === 'valid' && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            aria-label={t('token.revokeNamed', { name: token.name })}
            onClick={() => setLeaving(token)}
          >
            {t('token.revoke')}
          </Button>
        ),
    },
  ]
  return (
    <>
      <ItemList
        label={t('token.title')}
        columns={columns}
        items={tokens}
        keyOf={({ id }) => id}
        expected={3}
      />
      {leaving && <RevokeToken org={org} token={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}

/** By name, as far as the directory knows them. */
function Person({ org, entraId }: { org: string; entraId: string }) {
  const people = useQuery(ask('listUsers', { params: { org }, query: { entraId, limit: 1 } }))
  const person = people.data?.items[0]
  if (!person) return <code className="mono">{entraId}</code>
  return <PageLink href={paths.user(org, person.id)}>{person.displayName}</PageLink>
}

type RevokeProps = { org: string; token: EnrolmentToken; onClose: () => void }

function RevokeToken({ org, token, onClose }: RevokeProps) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const queryClient = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => call('revokeEnrolmentToken', { params: { org, token: token.id } }),
    onSuccess: async () => {
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['listEnrolmentTokens'] })
    },
  })
  return (
    <ConfirmDialog
      title={t('token.revokeTitle', { name: token.name })}
      confirmLabel={t('token.revoke')}
      cancelLabel={t('frame:action.cancel')}
      isBusy={revoke.isPending}
      problem={revoke.error && <ProblemNotice error={revoke.error} />}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      {t('token.revokeText')}
    </ConfirmDialog>
  )
}
