import { useTranslation } from 'react-i18next'
import { ApiError } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { Notice } from '../ui/Notice.tsx'

/** Why a passkey came to nothing: the server said no, or the browser showed or made none. */
export function PasskeyProblem({ error }: { error: Error }) {
  const { t } = useTranslation()
  if (error instanceof ApiError) return <ProblemNotice error={error} />
  const kind = error.name === 'InvalidStateError' ? 'known' : 'none'
  return (
    <Notice tone="attention" role="alert" title={t(`passkey.${kind}.title`)}>
      <p>{t(`passkey.${kind}.text`)}</p>
    </Notice>
  )
}
