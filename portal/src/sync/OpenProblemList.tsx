import type { OpenProblem } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { Copy } from '../frame/Copy.tsx'
import { OutsideLink } from '../frame/OutsideLink.tsx'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'

/** What could not be taken over: what, why, since when, and what happens next. */
export function OpenProblemList({ problems }: { problems: readonly OpenProblem[] | undefined }) {
  const { t } = useTranslation('sync')
  const { dateTime, number } = useFormats()
  const columns: Column<OpenProblem>[] = [
    {
      id: 'what',
      head: t('list.what'),
      narrow: 'second',
      width: '28%',
      cell: (problem) => <Which problem={problem} />,
    },
    {
      id: 'why',
      head: t('problem.detail'),
      narrow: 'first',
      cell: ({ detail, code }) => (
        <>
          <div>{detail}</div>
          <code className="mono soft">{code}</code>
        </>
      ),
    },
    {
      id: 'since',
      head: t('open.since'),
      from: 'medium',
      cell: ({ firstSeenAt }) => <Ago instant={firstSeenAt} />,
    },
    {
      id: 'tries',
      head: t('open.tries'),
      numeric: true,
      cell: ({ tries }) => number(tries),
    },
    {
      id: 'next',
      head: t('open.next'),
      from: 'medium',
      cell: ({ nextTryAt }) => (nextTryAt ? dateTime(nextTryAt) : t('open.nextRun')),
    },
  ]
  return (
    <ItemList
      label={t('open.title')}
      columns={columns}
      items={problems}
      keyOf={({ kind, entraId, code, firstSeenAt }) => `${kind} ${entraId} ${code} ${firstSeenAt}`}
    />
  )
}

function Which({ problem }: { problem: OpenProblem }) {
  const { t } = useTranslation('sync')
  const { kind, entraId, entraUrl } = problem
  return (
    <div>
      <div>
        {entraUrl ? (
          <OutsideLink href={entraUrl}>{t(`problem.kinds.${kind}`)}</OutsideLink>
        ) : (
          t(`problem.kinds.${kind}`)
        )}
      </div>
      {entraId ? (
        <>
          <code className="mono">{entraId}</code>{' '}
          <Copy value={entraId} what={t('problem.object')} />
        </>
      ) : (
        <span className="soft">{t('open.noId')}</span>
      )}
    </div>
  )
}
