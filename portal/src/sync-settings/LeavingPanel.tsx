import { Stack, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Panel } from '../ui/Panel.tsx'
import classes from './SyncSettings.module.css'
import type { SettingsForm } from './use-settings-form.ts'

/** What becomes of people who leave, and how many may without somebody having looked. */
export function LeavingPanel({ form }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { draft, change, errorAt } = form
  return (
    <Panel id="leaving" title={t('leaving.title')} hint={t('leaving.hint')}>
      <Stack gap="lg">
        <NumberField
          label={t('leaving.graceDays')}
          hint={t('leaving.graceHint')}
          unit={t('leaving.days')}
          value={draft.graceDays}
          error={errorAt('removedUsers.graceDays')}
          onChange={(graceDays) => change({ graceDays })}
        />
        <fieldset className={classes['brake']}>
          <legend className={classes['label']}>{t('leaving.brake')}</legend>
          <div className={classes['small']}>{t('leaving.brakeHint')}</div>
          <div className={classes['limits']}>
            <NumberField
              label={t('leaving.atLeast')}
              unit={t('leaving.people')}
              value={draft.atLeast}
              error={errorAt('brake.atLeast')}
              onChange={(atLeast) => change({ atLeast })}
            />
            <NumberField
              label={t('leaving.percent')}
              unit={t('leaving.percentSign')}
              value={draft.percent}
              error={errorAt('brake.percent')}
              onChange={(percent) => change({ percent })}
            />
          </div>
        </fieldset>
      </Stack>
    </Panel>
  )
}

type NumberFieldProps = {
  label: string
  hint?: string
  unit: string
  value: string
  error: string | undefined
  onChange: (text: string) => void
}

function NumberField({ label, hint, unit, value, error, onChange }: NumberFieldProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      inputMode="decimal"
      autoComplete="off"
      className={classes['number'] ?? ''}
      classNames={{ wrapper: classes['numberInput'] ?? '' }}
      rightSection={<span className={classes['unit']}>{unit}</span>}
      rightSectionWidth={72}
      rightSectionPointerEvents="none"
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
