import { Button, Group, Loader, Modal, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { PreviewEffects } from './PreviewEffects.tsx'
import type { SettingsForm } from './use-settings-form.ts'

type Props = { form: SettingsForm; onClose: () => void }

/** What saving would change, in numbers; only then it can be saved. */
export function ReviewDialog({ form, onClose }: Props) {
  const { t } = useTranslation('sync-settings')
  const { list } = useFormats()
  const { preview, save, parts, org } = form
  const words = list(parts.map((part) => t(`part.${part}`)))
  return (
    <Modal
      opened
      centered
      size={560}
      onClose={onClose}
      title={t('review.title')}
      closeButtonProps={{ 'aria-label': t('review.back') }}
    >
      <Stack gap="md">
        <div>{t('review.changed', { parts: words })}</div>
        {preview.isPending && (
          <Group gap="sm" role="status">
            <Loader size={16} aria-hidden />
            {t('review.working')}
          </Group>
        )}
        {preview.error && <ProblemNotice error={preview.error} onRetry={() => preview.mutate()} />}
        {preview.data && <PreviewEffects org={org} preview={preview.data} />}
        {save.error && <ProblemNotice error={save.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('review.back')}
          </Button>
          <Button
            disabled={!preview.data}
            loading={save.isPending}
            onClick={() => save.mutate(undefined, { onSuccess: onClose })}
          >
            {t('review.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
