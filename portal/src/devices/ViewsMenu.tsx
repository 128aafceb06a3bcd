import { Button, Checkbox, Menu, Stack, TextInput } from '@mantine/core'
import type { DeviceView, NewDeviceView } from '@mooring/contract/device-lists'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'

/** What a saved list keeps of the one that is shown. */
type ViewContent = Omit<NewDeviceView, 'name' | 'shared'>

type Props = {
  org: string
  present: ViewContent
  onOpen: (view: DeviceView) => void
}
type Asking = { kind: 'save' } | { kind: 'delete'; view: DeviceView }

/** Saved lists: open one, save what is shown, delete one. */
export function ViewsMenu({ org, present, onOpen }: Props) {
  const { t } = useTranslation('devices')
  const mayManage = useMay('devices.manage')
  const views = useQuery(ask('listDeviceViews', { params: { org } }))
  const [asking, setAsking] = useState<Asking>()
  const items = views.data?.items ?? []
  return (
    <>
      <Menu position="bottom-end" width={300} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<IconBookmark size={16} aria-hidden />}>
            {t('views.open')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {items.map((view) => (
            <Menu.Item key={view.id} onClick={() => onOpen(view)}>
              {view.name}
              {view.shared && (
                <div className="soft">{t('views.sharedBy', { name: view.owner })}</div>
              )}
            </Menu.Item>
          ))}
          {items.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setAsking({ kind: 'save' })}>{t('views.save')}</Menu.Item>
          {items
            .filter((view) => (view.shared ? mayManage : view.isOwn))
            .map((view) => (
              <Menu.Item
                key={view.id}
                leftSection={<IconTrash size={14} aria-hidden />}
                onClick={() => setAsking({ kind: 'delete', view })}
              >
                {t('views.delete', { name: view.name })}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      {asking?.kind === 'save' && (
        <SaveDialog org={org} present={present} onClose={() => setAsking(undefined)} />
      )}
      {asking?.kind === 'delete' && (
        <DeleteDialog org={org} view={asking.view} onClose={() => setAsking(undefined)} />
      )}
    </>
  )
}

type SaveProps = { org: string; present: ViewContent; onClose: () => void }

function SaveDialog({ org, present, onClose }: SaveProps) {
  const { t } = useTranslation('devices')
  const queryClient = useQueryClient()
  const mayManage = useMay('devices.manage')
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      call('createDeviceView', {
        params: { org },
        body: { ...present, name: name.trim(), shared },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['listDeviceViews'] })
      onClose()
    },
  })
  const { error } = save
  return (
    <ConfirmDialog
      title={t('views.saveTitle')}
      confirmLabel={t('views.confirm')}
      cancelLabel={t('views.cancel')}
      isHarmless
      isReady={name.trim() !== ''}
      isBusy={save.isPending}
      problem={error && !isToldAtFields(error, ['name']) && <ProblemNotice error={error} />}
      onConfirm={() => save.mutate()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <div>{t('views.hint')}</div>
        <TextInput
          label={t('views.name')}
          data-autofocus
          maxLength={100}
          autoComplete="off"
          value={name}
          error={fieldError(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {mayManage && (
          <Checkbox
            label={t('views.share')}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </ConfirmDialog>
  )
}

type DeleteProps = { org: string; view: DeviceView; onClose: () => void }

function DeleteDialog({ org, view, onClose }: DeleteProps) {
  const { t } = useTranslation('devices')
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: () => call('deleteDeviceView', { params: { org, view: view.id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['listDeviceViews'] })
      onClose()
    },
  })
  return (
    <ConfirmDialog
      title={t('views.deleteTitle', { name: view.name })}
      confirmLabel={t('views.deleteConfirm')}
      cancelLabel={t('views.cancel')}
      isBusy={remove.isPending}
      problem={remove.error && <ProblemNotice error={remove.error} />}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {t(view.shared ? 'views.deleteShared' : 'views.deleteOwn')}
    </ConfirmDialog>
  )
}
