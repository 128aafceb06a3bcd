import type { AuditVerification } from '@mooring/contract/audit'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { Notice } from '../ui/Notice.tsx'

/** What verifying the chain brought. */
export function VerifyNotice({ result }: { result: AuditVerification }) {
  const { t } = useTranslation('audit')
  const isIntact = result.state === 'intact'
  return (
    <Notice
      tone={isIntact ? 'ok' : 'wrong'}
      role={isIntact ? 'status' : 'alert'}
      title={t(isIntact ? 'verify.intact' : 'verify.broken')}
    >
      <p>{result.detail}</p>
      <p>{t(isIntact ? 'verify.keep' : 'verify.tell')}</p>
      {isIntact && result.hash && (
        <p>
          {t('verify.hash', { number: result.to })}:{' '}
          <code className="mono" style={{ overflowWrap: 'anywhere' }}>
            {result.hash}
          </code>{' '}
          <Copy value={result.hash} what={t('verify.hash', { number: result.to })} />
        </p>
      )}
    </Notice>
  )
}
