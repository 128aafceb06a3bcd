import { Button, NativeSelect, Stack, TextInput } from '@mantine/core'
import type { DeviceGroup } from '@mooring/contract/device-groups'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useGroupAct } from './use-group-acts.ts'

type Props = {
  org: string
  /** Ids. */
  devices: readonly string[]
  onAdded?: (group: Pick<DeviceGroup, 'id' | 'name'>) => void
}

/** Puts chosen devices into a group, for those who may. */
export function AddToGroup({ org, devices, onAdded }: Props) {
  const { t } = useTranslation('device-groups')
  const mayManage = useMay('devices.manage')
  const [isOpen, setOpen] = useState(false)
  if (!mayManage) return null
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setOpen(true)}>
        {t('add.button')}
      </Button>
      {isOpen && (
        <AddDialog
          org={org}
          devices={devices}
          onAdded={(group) => {
            setOpen(false)
            onAdded?.(group)
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

/** So many groups are offered; who has more makes a new one, or uses the API. */
const OFFERED = 1000
const NEW = 'new'

type DialogProps = Required<Props> & { onClose: () => void }

function AddDialog({ org, devices, onAdded, onClose }: DialogProps) {
  const { t } = useTranslation('device-groups')
  const { number } = useFormats()
  const groups = useQuery(ask('listDeviceGroups', { params: { org }, query: { limit: OFFERED } }))
  const [chosen, setChosen] = useState('')
  const [name, setName] = useState('')
  const create = useGroupAct('createDeviceGroup')
  const add = useGroupAct('addDeviceGroupMembers')
  const error = create.error ?? add.error
  // Nobody is put by hand into what a filter makes.
  const offered = groups.data?.items.filter(({ filter }) => filter === null) ?? []
  const isNew = chosen === NEW || (groups.data !== undefined && offered.length === 0)
  const put = (group: Pick<DeviceGroup, 'id' | 'name'>) =>
    add.mutate(
      { params: { org, group: group.id }, body: { devices: [...devices] } },
      { onSuccess: () => onAdded(group) },
    )
  const confirm = () => {
    const group = offered.find(({ id }) => id === chosen)
    if (!isNew) return group && put(group)
    // Made already, and only the second step failed: it is not made twice.
    if (create.data?.name === name.trim()) return put(create.data)
    create.mutate({ params: { org }, body: { name: name.trim() } }, { onSuccess: put })
  }
  const count = devices.length
  return (
    <ConfirmDialog
      title={t('add.title', { devices: t('devices', { count, number: number(count) }) })}
      confirmLabel={t('add.confirm')}
      cancelLabel={t('form.cancel')}
      isHarmless
      isReady={isNew ? name.trim() !== '' : chosen !== ''}
      isBusy={create.isPending || add.isPending}
      problem={error && !isToldAtFields(error, ['name']) && <ProblemNotice error={error} />}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Stack gap="sm">
        {offered.length > 0 && (
          <NativeSelect
            label={t('add.which')}
            value={chosen}
            data={[
              { value: '', label: t('add.choose') },
              ...offered.map((group) => ({ value: group.id, label: group.name })),
              { value: NEW, label: t('add.new') },
            ]}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        )}
        {isNew && (
          <TextInput
            label={t('form.name')}
            maxLength={100}
            autoComplete="off"
            value={name}
            error={fieldError(error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Stack>
    </ConfirmDialog>
  )
}
