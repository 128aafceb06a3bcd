import { Button } from '@mantine/core'
import type { SessionItem } from '@mooring/contract/account'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useMay } from '../sign-in/session.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { browserName } from './browser-name.ts'

type Props = {
  sessions: readonly SessionItem[] | undefined
  /** Whose organization's list it is; absent: one's own sessions, whose owner needs no name. */
  org?: string
  /** Absent where nobody may end one. */
  onEnd?: ((session: SessionItem) => void) | undefined
}

/** Sessions that are still good: whose, from where, with what, and since when. */
export function SessionList({ sessions, org, onEnd }: Props) {
  const { t } = useTranslation('account')
  const columns: Column<SessionItem>[] = [
    ...(org === undefined ? [] : [whoColumn(t('sessions.who'), org)]),
    {
      id: 'browser',
      head: t('sessions.browser'),
      narrow: org === undefined ? 'first' : 'second',
      cell: (session) => {
        const name = browserName(session.userAgent) ?? t('sessions.unknownBrowser')
        return (
          <span className="nowrap" title={session.userAgent}>
            {org === undefined ? <strong>{name}</strong> : name}
          </span>
        )
      },
    },
    {
      id: 'address',
      head: t('sessions.address'),
      narrow: 'second',
      cell: ({ clientAddress }) => <span className="mono">{clientAddress}</span>,
    },
    {
      id: 'way',
      head: t('sessions.way'),
      from: 'medium',
      cell: ({ way }) => <span className="nowrap">{t(`way.${way}`)}</span>,
    },
    {
      id: 'since',
      head: t('sessions.since'),
      from: 'wide',
      cell: ({ createdAt }) => <Ago instant={createdAt} />,
    },
    {
      id: 'seen',
      head: t('sessions.seen'),
      narrow: 'end',
      cell: ({ lastSeenAt, isCurrent }) =>
        isCurrent ? (
          <StateTag size="sm" tone="ok" label={t('sessions.current')} />
        ) : (
          <Ago instant={lastSeenAt} />
        ),
    },
  ]
  if (onEnd) {
    columns.push({
      id: 'actions',
      head: t('actions'),
      narrow: 'below',
      numeric: true,
      cell: (session) =>
        !session.isCurrent && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            aria-label={t('sessions.endNamed', {
              name: session.account.name,
              browser: browserName(session.userAgent) ?? t('sessions.unknownBrowser'),
            })}
            onClick={() => onEnd(session)}
          >
            {t('sessions.end')}
          </Button>
        ),
    })
  }
  return (
    <ItemList
      label={t('sessions.title')}
      columns={columns}
      items={sessions}
      keyOf={({ id }) => id}
      expected={3}
    />
  )
}

function whoColumn(head: string, org: string): Column<SessionItem> {
  return {
    id: 'who',
    head,
    narrow: 'first',
    width: '26%',
    cell: ({ account }) => <Who account={account} org={org} />,
  }
}

function Who({ account, org }: { account: SessionItem['account']; org: string }) {
  const maySee = useMay('directory.read')
  if (account.kind === 'administrator' || !maySee) return <strong>{account.name}</strong>
  return (
    <PageLink href={paths.user(org, account.id)} strong>
      {account.name}
    </PageLink>
  )
}
