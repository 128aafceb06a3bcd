import { Button, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import { type ComplianceRule, Severity } from '@mooring/contract/compliance'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CHECK_KINDS, type CheckKind, type Draft, readDraft, WHOLE_DRAFT } from './rule-draft.ts'

type Props = {
  taken: readonly string[]
  isBusy: boolean
  onSave: (rule: ComplianceRule) => void
  onClose: () => void
}

/** Asks one more thing of devices. */
export function RuleForm({ taken, isBusy, onSave, onClose }: Props) {
  const { t } = useTranslation(['compliance', 'frame'])
  const [draft, setDraft] = useState<Draft>(WHOLE_DRAFT)
  const set = (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch }))
  const rule = readDraft(draft, taken)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (rule) onSave(rule)
  }
  const { kind } = draft
  const hasDays = kind === 'signatures' || kind === 'updates' || kind === 'seen'
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={480} mb="md">
        <Select
          label={t('form.kind')}
          data={CHECK_KINDS.map((value) => ({ value, label: t(`check.${value}`) }))}
          value={kind}
          allowDeselect={false}
          onChange={(value) => value && set({ kind: value as CheckKind })}
        />
        {hasDays && (
          <NumberInput
            label={t('form.days')}
            min={1}
            max={365}
            allowDecimal={false}
            value={draft.days}
            onChange={(days) => set({ days })}
          />
        )}
        {kind === 'build' && (
          <TextInput
            label={t('form.builds')}
            description={t('form.buildsHint')}
            value={draft.builds}
            onChange={(event) => set({ builds: event.currentTarget.value })}
          />
        )}
        {kind === 'password' && (
          <NumberInput
            label={t('form.length')}
            min={4}
            max={16}
            allowDecimal={false}
            value={draft.length}
            onChange={(length) => set({ length })}
          />
        )}
        {kind === 'application' && (
          <>
            <TextInput
              label={t('form.name')}
              description={t('form.nameHint')}
              value={draft.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <Select
              label={t('form.mustBe')}
              data={(['present', 'absent'] as const).map((value) => ({
                value,
                label: t(`mustBe.${value}`),
              }))}
              value={draft.mustBe}
              allowDeselect={false}
              onChange={(value) => set({ mustBe: value === 'absent' ? 'absent' : 'present' })}
            />
          </>
        )}
        <NumberInput
          label={t('form.grace')}
          description={t('form.graceHint')}
          min={0}
          max={365}
          allowDecimal={false}
          value={draft.graceDays}
          onChange={(graceDays) => set({ graceDays })}
        />
        <Select
          label={t('form.severity')}
          data={Severity.options.map((value) => ({ value, label: t(`severity.${value}`) }))}
          value={draft.severity}
          allowDeselect={false}
          onChange={(value) => set({ severity: Severity.parse(value) })}
        />
        <p className="soft">{t('form.effect')}</p>
        <Group gap="xs">
          <Button type="submit" loading={isBusy} disabled={!rule}>
            {t('form.save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('frame:action.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
