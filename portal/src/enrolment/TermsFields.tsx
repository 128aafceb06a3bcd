import { Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './Enrolment.module.css'
import type { TermsError, TermsLanguage } from './terms-draft.ts'

type Text = { readonly title: string; readonly body: string }
type Props = {
  language: TermsLanguage
  text: Text
  errors: ReadonlySet<TermsError>
  onChange: (text: Text) => void
}

/** Heading and text of the terms in one language. */
export function TermsFields({ language, text, errors, onChange }: Props) {
  const { t } = useTranslation('enrolment')
  const errorAt = (part: 'title' | 'body') =>
    errors.has(`${language}.${part}`)
      ? t(`terms.error.${part}`)
      : part === 'title' && errors.has('none')
        ? t('terms.error.none')
        : undefined
  return (
    <div className={classes['part']}>
      <TextInput
        label={t('terms.heading')}
        lang={language}
        maxLength={200}
        autoComplete="off"
        value={text.title}
        error={errorAt('title')}
        onChange={(event) => onChange({ ...text, title: event.currentTarget.value })}
      />
      <Textarea
        label={t('terms.body')}
        description={t('terms.bodyHint')}
        lang={language}
        autosize
        minRows={8}
        maxRows={24}
        maxLength={50_000}
        value={text.body}
        error={errorAt('body')}
        onChange={(event) => onChange({ ...text, body: event.currentTarget.value })}
      />
    </div>
  )
}
