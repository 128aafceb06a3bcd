import { Button, Group } from '@mantine/core'
import type { Provider } from '@mooring/contract/single-sign-on'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import classes from './SingleSignOn.module.css'
import type { ProviderFormState } from './use-provider-form.ts'

type Props = {
  form: ProviderFormState
  provider: Provider
  isOn: boolean
  onSave: (enabled: boolean) => void
}

/** Switch on; or, when it is on: save, or switch off. */
export function SaveBar({ form, provider, isOn, onSave }: Props) {
  const { t } = useTranslation(['single-sign-on', 'frame'])
  const [isLeaving, setLeaving] = useState(false)
  const { save, draft, isChanged } = form
  const isMissing = draft.choice !== 'openid' && provider.tenantId === null
  const isSaving = (enabled: boolean) => save.isPending && save.variables.enabled === enabled
  return (
    <Group gap="sm" mt="lg" className={classes['bar'] ?? ''}>
      {isOn ? (
        <>
          <Button type="submit" disabled={!isChanged} loading={isSaving(true)}>
            {t('frame:action.save')}
          </Button>
          <Button variant="outline" color="red" onClick={() => setLeaving(true)}>
            {t('form.switchOff')}
          </Button>
        </>
      ) : (
        <>
          <Button type="submit" disabled={isMissing} loading={isSaving(true)}>
            {t('form.switchOn')}
          </Button>
          {isChanged && (
            <Button
              variant="default"
              disabled={isMissing}
              loading={isSaving(false)}
              onClick={() => onSave(false)}
            >
              {t('form.saveOff')}
            </Button>
          )}
        </>
      )}
      {isLeaving && (
        <ConfirmDialog
          title={t('form.switchOffTitle', { label: provider.settings.label })}
          confirmLabel={t('form.switchOff')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={save.isPending}
          onConfirm={() => {
            setLeaving(false)
            onSave(false)
          }}
          onClose={() => setLeaving(false)}
        >
          {t('form.switchOffText')}
        </ConfirmDialog>
      )}
    </Group>
  )
}
