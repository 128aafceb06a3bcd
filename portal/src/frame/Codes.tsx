import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/CopyButton.tsx'

type Props = {
  code?: string | undefined
  traceId?: string | undefined
  microsoftTraceId?: string | undefined
  correlationId?: string | undefined
}

/** Codes that one quotes to a colleague or to Microsoft, each with a copy button. */
export function Codes({ code, traceId, microsoftTraceId, correlationId }: Props) {
  const { t } = useTranslation()
  return (
    <>
      {code && <Code name={t('codes.code')} value={code} />}
      {traceId && <Code name={t('codes.trace')} value={traceId} />}
      {microsoftTraceId && <Code name={t('codes.microsoftTrace')} value={microsoftTraceId} />}
      {correlationId && <Code name={t('codes.correlation')} value={correlationId} />}
    </>
  )
}

function Code({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation()
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 4, minWidth: 0 }}>
      <span>
        {name} <code className="mono">{value}</code>
      </span>
      <CopyButton
        value={value}
        label={t('copy.label', { what: name })}
        doneLabel={t('copy.done')}
      />
    </span>
  )
}
