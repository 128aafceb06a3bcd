import { Stack, Textarea, TextInput } from '@mantine/core'
import type { DeviceGroup, GroupFilter } from '@mooring/contract/device-groups'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useGroupAct } from './use-group-acts.ts'

const LONGEST_NAME = 100
const LONGEST_DESCRIPTION = 500

type Props = {
  org: string
  /** The one that is changed; left out: a new one is made. */
  group?: DeviceGroup
  /** What a new one follows; left out: its devices are chosen. */
  filter?: GroupFilter
  onSaved?: (group: DeviceGroup) => void
  onClose: () => void
}

/** Names and describes a group. */
export function GroupDialog({ org, group, filter, onSaved, onClose }: Props) {
  const { t } = useTranslation('device-groups')
  const [name, setName] = useState(group?.name ?? '')
  const [description, setDescription] = useState(group?.description ?? '')
  const create = useGroupAct('createDeviceGroup')
  const change = useGroupAct('changeDeviceGroup')
  const error = create.error ?? change.error
  const done = {
    onSuccess: (saved: DeviceGroup) => {
      onSaved?.(saved)
      onClose()
    },
  }
  const save = () => {
    const told = { name: name.trim(), description: description.trim() }
    if (group) change.mutate({ params: { org, group: group.id }, body: told }, done)
    else create.mutate({ params: { org }, body: { ...told, ...(filter ? { filter } : {}) } }, done)
  }
  return (
    <ConfirmDialog
      title={t(group ? 'form.editTitle' : filter ? 'saveFilter.title' : 'form.createTitle')}
      confirmLabel={t(group ? 'form.save' : 'form.create')}
      cancelLabel={t('form.cancel')}
      isHarmless
      isReady={name.trim() !== ''}
      isBusy={create.isPending || change.isPending}
      problem={
        error && !isToldAtFields(error, ['name', 'description']) && <ProblemNotice error={error} />
      }
      onConfirm={save}
      onClose={onClose}
    >
      <Stack gap="sm">
        {filter && <div>{t('form.filterHint')}</div>}
        <TextInput
          label={t('form.name')}
          data-autofocus
          maxLength={LONGEST_NAME}
          autoComplete="off"
          value={name}
          error={fieldError(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t('form.description')}
          description={t('form.descriptionHint')}
          maxLength={LONGEST_DESCRIPTION}
          autosize
          minRows={2}
          value={description}
          error={fieldError(error, 'description')}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  )
}
