import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api.ts'
import { useFormats } from '../language/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { NoPermission } from './NoPermission.tsx'
import { NotFound } from './NotFound.tsx'
import { ProblemNotice } from './ProblemNotice.tsx'

type Props<Data> = {
  query: UseQueryResult<Data>
  skeleton: ReactNode
  children: (data: Data) => ReactNode
}

/** Draws what a query brought, or why it brought nothing. Old data stays, and says how old it is. */
export function Loaded<Data>({ query, skeleton, children }: Props<Data>) {
  const { data, error } = query
  const retry = () => void query.refetch()
  if (data !== undefined) {
    return (
      <>
        {error && <Stale since={query.dataUpdatedAt} />}
        {children(data)}
      </>
    )
  }
  if (!error) return skeleton
  if (error instanceof ApiError && error.failure.kind === 'problem') {
    if (error.status === 403) return <NoPermission problem={error.failure.problem} />
    if (error.status === 404) return <NotFound problem={error.failure.problem} />
  }
  return <ProblemNotice error={error} onRetry={retry} />
}

function Stale({ since }: { since: number }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const time = formats.dateTime(new Date(since).toISOString())
  return (
    <div style={{ marginBottom: 16 }}>
      <Notice tone="attention" role="status" title={t('stale.title', { time })}>
        <p>{t('stale.detail')}</p>
      </Notice>
    </div>
  )
}
