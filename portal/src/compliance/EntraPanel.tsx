import { Button, Checkbox, Radio, Stack } from '@mantine/core'
import { ComplianceMode, type ComplianceSettings } from '@mooring/contract/compliance'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'

type Props = { org: string; saved: ComplianceSettings }

/** Whether Entra is told; whoever may changes it, and is told before what that means. */
export function EntraPanel({ org, saved }: Props) {
  const { t } = useTranslation(['compliance', 'frame'])
  const mayChange = useMay('compliance.configure')
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState(saved)
  const [isAsking, setAsking] = useState(false)
  const save = useMutation({
    mutationFn: () => call('putComplianceSettings', { params: { org }, body: draft }),
    onSuccess: (settings) => {
      setAsking(false)
      queryClient.setQueryData(ask('getComplianceSettings', { params: { org } }).queryKey, settings)
    },
  })
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved)
  // Only these two reach people who want to sign in.
  const isGrave = draft.mode !== saved.mode && draft.mode !== 'reportOnly'
  return (
    <Panel title={t('telling.title')} hint={t('telling.hint')}>
      <Stack gap="md" maw={640}>
        <Radio.Group
          label={t('telling.mode')}
          value={draft.mode}
          onChange={(value) => setDraft({ ...draft, mode: ComplianceMode.parse(value) })}
        >
          <Stack gap="xs" mt="xs">
            {ComplianceMode.options.map((mode) => (
              <Radio
                key={mode}
                value={mode}
                disabled={!mayChange}
                label={t(`mode.${mode}`)}
                description={t(`modeText.${mode}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Checkbox
          label={t('telling.untold')}
          description={t('telling.untoldHint')}
          disabled={!mayChange}
          checked={draft.untoldCounts}
          onChange={(event) => setDraft({ ...draft, untoldCounts: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('telling.paused')}
          description={t('telling.pausedHint')}
          disabled={!mayChange}
          checked={draft.paused}
          onChange={(event) => setDraft({ ...draft, paused: event.currentTarget.checked })}
        />
        {save.error && !isAsking && <ProblemNotice error={save.error} />}
        {mayChange && (
          <div>
            <Button
              disabled={!isChanged}
              loading={save.isPending && !isAsking}
              onClick={() => {
                save.reset()
                if (isGrave) setAsking(true)
                else save.mutate()
              }}
            >
              {t('telling.save')}
            </Button>
          </div>
        )}
      </Stack>
      {isAsking && (
        <ConfirmDialog
          title={t(draft.mode === 'on' ? 'telling.onTitle' : 'telling.offTitle')}
          confirmLabel={t(draft.mode === 'on' ? 'telling.onConfirm' : 'telling.offConfirm')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={save.isPending}
          problem={save.error && <ProblemNotice error={save.error} />}
          onConfirm={() => save.mutate()}
          onClose={() => setAsking(false)}
        >
          {t(draft.mode === 'on' ? 'telling.onText' : 'telling.offText')}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
