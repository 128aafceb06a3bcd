import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api.ts'
import { Notice } from '../ui/Notice.tsx'
import { Codes } from './Codes.tsx'

type Props = { error: Error; onRetry?: (() => void) | undefined }

/** An error as cause, cure, and the codes to quote. */
export function ProblemNotice({ error, onRetry }: Props) {
  const { t } = useTranslation()
  const actions = onRetry && (
    <Button variant="default" size="xs" onClick={onRetry}>
      {t('action.retry')}
    </Button>
  )
  const failure = error instanceof ApiError ? error.failure : undefined
  if (failure?.kind === 'problem') {
    const { title, detail, remedy, code, traceId } = failure.problem
    return (
      <Notice
        tone="wrong"
        role="alert"
        title={title}
        actions={actions}
        footnote={<Codes code={code} traceId={traceId} />}
      >
        <p>{detail}</p>
        <p>{remedy}</p>
      </Notice>
    )
  }
  const kind = failure?.kind ?? 'unexpected'
  return (
    <Notice
      tone={kind === 'notProven' ? 'info' : 'wrong'}
      role="alert"
      title={t(`failure.${kind}.title`)}
      actions={actions}
    >
      <p>{t(`failure.${kind}.detail`)}</p>
    </Notice>
  )
}
