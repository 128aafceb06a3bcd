import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ValueBox } from '../ui/ValueBox.tsx'

/** A copy button with its words. `what` names the thing: "Copy Directory (tenant) ID". */
export function Copy({ value, what, text }: { value: string; what: string; text?: boolean }) {
  const { t } = useTranslation()
  return (
    <CopyButton
      value={value}
      label={t('copy.label', { what })}
      doneLabel={t('copy.done')}
      {...(text ? { text: t('copy.text') } : {})}
    />
  )
}

/** An id or a code, with its button behind its last character. */
export function CopyCode({ value, what }: { value: string; what: string }) {
  return (
    <span>
      <code className="mono">{value}</code> <Copy value={value} what={what} />
    </span>
  )
}

export function CopyValue({ label, value }: { label: string; value: string }) {
  return <ValueBox label={label} value={value} action={<Copy value={value} what={label} text />} />
}
