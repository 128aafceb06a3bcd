import { Button } from '@mantine/core'
import type { DeviceGroup } from '@mooring/contract/device-groups'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hrefOfFilter } from '../commands/filter-href.ts'
import { ManyActions } from '../commands/ManyActions.tsx'
import { ObjectSkeleton } from '../directory/ObjectSkeleton.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { ButtonLink, PageLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Notice } from '../ui/Notice.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { GroupDialog } from './GroupDialog.tsx'
import { GroupMembers } from './GroupMembers.tsx'
import { useGroupAct } from './use-group-acts.ts'

/** One group: who is in it, and what can be done with all of them. */
export function DeviceGroupScreen() {
  const { t } = useTranslation('device-groups')
  const { number } = useFormats()
  const org = useOrg()
  const id = useParam('group')
  const group = useQuery(ask('getDeviceGroup', { params: { org, group: id } }))
  usePageTitle(group.data?.name ?? t('one'))
  const above = <PageLink href={paths.deviceGroups(org)}>{t('title')}</PageLink>
  return (
    <Loaded query={group} skeleton={<ObjectSkeleton title={t('one')} above={above} />}>
      {(data) => (
        <>
          <PageHeader
            title={data.name}
            above={above}
            sentence={
              <>
                {t('detail.standing', {
                  devices: t('devices', {
                    count: data.deviceCount ?? 0,
                    number: number(data.deviceCount ?? 0),
                  }),
                })}{' '}
                {data.description}
              </>
            }
            actions={<GroupActions org={org} group={data} />}
          />
          <div className="stack">
            {data.filter && (
              <Notice
                tone="info"
                title={t('detail.filter')}
                actions={
                  <ButtonLink href={hrefOfFilter(org, data.filter)} variant="default" size="xs">
                    {t('detail.showFilter')}
                  </ButtonLink>
                }
              />
            )}
            <Panel title={t('detail.members')} flush>
              <GroupMembers org={org} group={data} />
            </Panel>
          </div>
        </>
      )}
    </Loaded>
  )
}

function GroupActions({ org, group }: { org: string; group: DeviceGroup }) {
  const { t } = useTranslation('device-groups')
  const mayManage = useMay('devices.manage')
  const [isOpen, setOpen] = useState<'edit' | 'delete'>()
  if (!mayManage) return null
  return (
    <>
      <Button variant="default" onClick={() => setOpen('delete')}>
        {t('detail.delete')}
      </Button>
      <Button variant="default" onClick={() => setOpen('edit')}>
        {t('detail.edit')}
      </Button>
      {group.deviceCount !== 0 && (
        <ManyActions org={org} target={{ kind: 'group', group: group.id }} />
      )}
      {isOpen === 'edit' && (
        <GroupDialog org={org} group={group} onClose={() => setOpen(undefined)} />
      )}
      {isOpen === 'delete' && (
        <DeleteDialog org={org} group={group} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

type DeleteProps = { org: string; group: DeviceGroup; onClose: () => void }

function DeleteDialog({ org, group, onClose }: DeleteProps) {
  const { t } = useTranslation('device-groups')
  const navigate = useNavigate()
  const remove = useGroupAct('deleteDeviceGroup')
  return (
    <ConfirmDialog
      title={t('deleteTitle', { name: group.name })}
      confirmLabel={t('deleteConfirm')}
      cancelLabel={t('form.cancel')}
      isBusy={remove.isPending}
      problem={remove.error && <ProblemNotice error={remove.error} />}
      onConfirm={() =>
        remove.mutate(
          { params: { org, group: group.id } },
          { onSuccess: () => void navigate({ to: paths.deviceGroups(org) }) },
        )
      }
      onClose={onClose}
    >
      {t('deleteText')}
    </ConfirmDialog>
  )
}
