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
  return (
    <section className={classes['bar']} aria-label={t('bar.label')}>
      <span role="status" className={isChanged ? undefined : 'soft'}>
        {isWrong ? t('bar.wrong') : isChanged ? t('bar.changed', { parts: words }) : t('bar.none')}
      </span>
      <Group gap="xs">
        <Button variant="default" disabled={!isChanged} onClick={discard}>
          {t('bar.discard')}
        </Button>
        <Button disabled={!isChanged} onClick={onReview}>
          {t('bar.review')}
        </Button>
      </Group>
    </section>
  )
}
