import { Button, Group, NumberInput, Stack } from '@mantine/core'
import type { AuditSettingsAnswer } from '@mooring/contract/audit'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'

const LEAST = 30
const MOST = 3650

/** How long events are kept; for some to look at, for others to change. */
export function RetentionPanel({ org }: { org: string }) {
  const { t } = useTranslation('audit')
  const { dateTime, number } = useFormats()
  const settings = useQuery(ask('getAuditSettings', { params: { org } }))
  if (settings.error && !settings.data) return <ProblemNotice error={settings.error} />
  if (!settings.data) return null
  const { oldestAt, removed, retentionDays } = settings.data
  return (
    <Panel title={t('retention.title')}>
      <Stack gap="md">
        {/* Begun anew when others have saved meanwhile. */}
        <RetentionForm key={retentionDays} org={org} settings={settings.data} />
        <Facts
          facts={[
            { name: t('retention.oldest'), value: oldestAt && dateTime(oldestAt) },
            { name: t('retention.removed'), value: number(removed) },
          ]}
        />
      </Stack>
    </Panel>
  )
}

function RetentionForm({ org, settings }: { org: string; settings: AuditSettingsAnswer }) {
  const { t } = useTranslation('audit')
  const mayConfigure = useMay('audit.configure')
  const queryClient = useQueryClient()
  const [days, setDays] = useState<number | string>(settings.retentionDays)
  const save = useMutation({
    mutationFn: () =>
      call('saveAuditSettings', { params: { org }, body: { retentionDays: Number(days) } }),
    onSuccess: () => queryClient.invalidateQueries(),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const { error } = save
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {error && !isToldAtFields(error, ['retentionDays']) && <ProblemNotice error={error} />}
        <Group align="flex-end" gap="xs">
          <NumberInput
            label={t('retention.label')}
            description={t('retention.hint')}
            min={LEAST}
            max={MOST}
            allowDecimal={false}
            readOnly={!mayConfigure}
            hideControls={!mayConfigure}
            maw={440}
            value={days}
            error={fieldError(error, 'retentionDays')}
            onChange={setDays}
          />
          {mayConfigure && (
            <Button
              type="submit"
              disabled={days === '' || Number(days) === settings.retentionDays}
              loading={save.isPending}
            >
              {t('retention.save')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
