import { PasswordInput } from '@mantine/core'
import type { Provider } from '@mooring/contract/single-sign-on'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'

type Props = {
  value: string
  onChange: (value: string) => void
  kept: Provider['secret']
  error: string | undefined
}

/** A secret goes in and never comes out: of the one that is kept only its end is shown. */
export function SecretField({ value, onChange, kept, error }: Props) {
  const { t } = useTranslation('single-sign-on')
  const { date } = useFormats()
  return (
    <PasswordInput
      label={t('form.secret')}
      description={
        kept
          ? t('form.secretKept', { hint: kept.hint, date: date(kept.setAt) })
          : t('form.secretHint')
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      name="client-secret"
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': t('form.showSecret') }}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
