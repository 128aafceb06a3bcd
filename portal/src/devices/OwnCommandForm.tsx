import { Button, Group, NativeSelect, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import type { NewCommand } from '@mooring/contract/management'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { oneOf } from '../frame/plain-search.ts'
import classes from './Devices.module.css'
import {
  FORMATS,
  newOperation,
  type OperationDraft,
  ownCommand,
  takesData,
  VERBS,
} from './own-command.ts'

const MOST_OPERATIONS = 50
const FIELDS = ['verb', 'uri', 'format', 'data'] as const

type Props = {
  error: Error | null
  isBusy: boolean
  sendLabel: string
  onSend: (command: NewCommand) => void
  onClose: () => void
}

/** A command that the product has no words for: for people who know the nodes. */
export function OwnCommandForm({ error, isBusy, sendLabel, onSend, onClose }: Props) {
  const { t } = useTranslation('devices')
  const [drafts, setDrafts] = useState<readonly OperationDraft[]>([newOperation(0)])
  const [atomic, setAtomic] = useState(false)
  const change = (key: number, patch: Partial<OperationDraft>) =>
    setDrafts(drafts.map((draft) => (draft.key === key ? { ...draft, ...patch } : draft)))
  const add = () => setDrafts([...drafts, newOperation((drafts.at(-1)?.key ?? 0) + 1)])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSend(ownCommand(drafts, atomic))
  }
  const told = drafts.flatMap((_, index) => FIELDS.map((field) => `operations.${index}.${field}`))
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {error && !isToldAtFields(error, told) && <ProblemNotice error={error} />}
        {drafts.map((draft, index) => (
          <OperationFields
            key={draft.key}
            draft={draft}
            number={index + 1}
            errorOf={(field) => fieldError(error, `operations.${index}.${field}`)}
            onChange={(patch) => change(draft.key, patch)}
            onRemove={
              drafts.length > 1
                ? () => setDrafts(drafts.filter(({ key }) => key !== draft.key))
                : undefined
            }
          />
        ))}
        <Switch
          label={t('own.atomic')}
          description={t('own.atomicHint')}
          checked={atomic}
          onChange={(event) => setAtomic(event.currentTarget.checked)}
        />
        <Group gap="xs">
          <Button type="submit" loading={isBusy}>
            {sendLabel}
          </Button>
          <Button variant="default" disabled={drafts.length >= MOST_OPERATIONS} onClick={add}>
            {t('own.add')}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {t('own.close')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type FieldsProps = {
  draft: OperationDraft
  number: number
  errorOf: (field: (typeof FIELDS)[number]) => string | undefined
  onChange: (patch: Partial<OperationDraft>) => void
  onRemove: (() => void) | undefined
}

function OperationFields({ draft, number, errorOf, onChange, onRemove }: FieldsProps) {
  const { t } = useTranslation('devices')
  return (
    <fieldset className={classes['operation']}>
      <legend>{t('own.operation', { number })}</legend>
      <NativeSelect
        label={t('own.verb')}
        value={draft.verb}
        data={[...VERBS]}
        error={errorOf('verb')}
        onChange={(event) => onChange({ verb: oneOf(VERBS, event.currentTarget.value) ?? 'Get' })}
      />
      <TextInput
        label={t('own.node')}
        placeholder="./Device/Vendor/MSFT/…"
        description={t('own.nodeHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        withAsterisk={false}
        autoFocus={number === 1}
        maxLength={1000}
        autoComplete="off"
        spellCheck={false}
        value={draft.uri}
        error={errorOf('uri')}
        onChange={(event) => onChange({ uri: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('own.format')}
        value={draft.format ?? ''}
        disabled={!takesData(draft.verb)}
        data={[{ value: '', label: t('own.noFormat') }, ...FORMATS]}
        error={errorOf('format')}
        onChange={(event) => onChange({ format: oneOf(FORMATS, event.currentTarget.value) })}
      />
      {takesData(draft.verb) && (
        <Textarea
          className={classes['across'] ?? ''}
          label={t('own.data')}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          value={draft.data}
          error={errorOf('data')}
          onChange={(event) => onChange({ data: event.currentTarget.value })}
        />
      )}
      {onRemove && (
        <div className={classes['across']}>
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            aria-label={t('own.remove', { number })}
            onClick={onRemove}
          >
            {t('own.remove', { number })}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
