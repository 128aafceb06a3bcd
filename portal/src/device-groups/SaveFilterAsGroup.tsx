import { Button } from '@mantine/core'
import type { GroupFilter } from '@mooring/contract/device-groups'
import { paths } from '@mooring/contract/paths'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../sign-in/session.ts'
import { GroupDialog } from './GroupDialog.tsx'

/** Makes a group of whatever the present filter finds, for those who may. */
export function SaveFilterAsGroup({ org, filter }: { org: string; filter: GroupFilter }) {
  const { t } = useTranslation('device-groups')
  const navigate = useNavigate()
  const mayManage = useMay('devices.manage')
  const [isOpen, setOpen] = useState(false)
  if (!mayManage) return null
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setOpen(true)}>
        {t('saveFilter.button')}
      </Button>
      {isOpen && (
        <GroupDialog
          org={org}
          filter={filter}
          onSaved={({ id }) => void navigate({ to: paths.deviceGroup(org, id) })}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}
