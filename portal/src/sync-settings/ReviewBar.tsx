import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import classes from './SyncSettings.module.css'
import type { SettingsForm } from './use-settings-form.ts'

/** What is not saved yet, and the way to saving it. */
export function ReviewBar({ form, onReview }: { form: SettingsForm; onReview: () => void }) {
  const { t } = useTranslation('sync-settings')
  const { list } = useFormats()
  const { parts, isWrong, discard } = form
  const isChanged = parts.length > 0
  const words = list(parts.map((part) => t(`part.${part}`)))
  // Those who listen hear it come and go: it stays, unseen.
  if (!isChanged) {
    return (
      <div role="status" className="visually-hidden">
        {t('bar.none')}
      </div>
    )
  }
  return (
    <section className={classes['bar']} aria-label={t('bar.label')}>
      <span role="status">{isWrong ? t('bar.wrong') : t('bar.changed', { parts: words })}</span>
      <Group gap="xs">
        <Button variant="default" onClick={discard}>
          {t('bar.discard')}
        </Button>
        <Button onClick={onReview}>{t('bar.review')}</Button>
      </Group>
    </section>
  )
}
