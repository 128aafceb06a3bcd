import { NativeSelect, Radio, Select, Stack, TextInput } from '@mantine/core'
import type { Schedule } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Panel } from '../ui/Panel.tsx'
import classes from './SyncSettings.module.css'
import { intervals } from './settings-draft.ts'
import type { SettingsForm } from './use-settings-form.ts'

const KINDS = ['every', 'cron', 'off'] as const satisfies readonly Schedule['kind'][]

/** When runs start by themselves. */
export function SchedulePanel({ form }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { dateTime } = useFormats()
  const { draft, change, parts, settings } = form
  const { nextRunAt } = settings
  return (
    <Panel id="schedule" title={t('schedule.title')} hint={t('schedule.hint')}>
      <Radio.Group
        aria-label={t('schedule.label')}
        value={draft.schedule}
        onChange={(value) => change({ schedule: value as Schedule['kind'] })}
      >
        <Stack gap="sm">
          {KINDS.map((kind) => (
            <div key={kind}>
              <Radio
                value={kind}
                label={t(`schedule.${kind}`)}
                description={t(`schedule.${kind}Hint`)}
              />
              {draft.schedule === kind && kind === 'every' && <Interval form={form} />}
              {draft.schedule === kind && kind === 'cron' && <SetTimes form={form} />}
            </div>
          ))}
        </Stack>
      </Radio.Group>
      {draft.schedule !== 'off' && (
        <p className={classes['note']}>
          {parts.includes('schedule')
            ? t('schedule.nextUnknown')
            : nextRunAt && t('schedule.next', { time: dateTime(nextRunAt) })}
        </p>
      )}
    </Panel>
  )
}

function Interval({ form: { draft, change, errorAt } }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { interval } = useFormats()
  return (
    <div className={classes['inset']}>
      <NativeSelect
        label={t('schedule.interval')}
        maw={240}
        value={String(draft.minutes)}
        data={intervals(draft.minutes).map((minutes) => ({
          value: String(minutes),
          label: interval(minutes),
        }))}
        error={errorAt('schedule.minutes')}
        onChange={(event) => change({ minutes: Number(event.currentTarget.value) })}
      />
    </div>
  )
}

function SetTimes({ form: { draft, change, errorAt } }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const zones = [...new Set(['UTC', draft.timeZone, ...Intl.supportedValuesOf('timeZone')])]
  return (
    <div className={classes['inset']}>
      <Stack gap="sm" maw={480}>
        <TextInput
          label={t('schedule.expression')}
          description={t('schedule.expressionHint')}
          classNames={{ input: 'mono' }}
          autoComplete="off"
          spellCheck={false}
          value={draft.expression}
          error={errorAt('schedule.expression')}
          onChange={(event) => change({ expression: event.currentTarget.value })}
        />
        <Select
          label={t('schedule.timeZone')}
          searchable
          limit={50}
          maw={320}
          data={zones}
          nothingFoundMessage={t('schedule.noZone')}
          value={draft.timeZone}
          error={errorAt('schedule.timeZone')}
          onChange={(zone) => zone && change({ timeZone: zone })}
        />
      </Stack>
    </div>
  )
}
