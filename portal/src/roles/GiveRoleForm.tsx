import { Button, Checkbox, Group, Stack } from '@mantine/core'
import type { Role } from '@mooring/contract/permissions'
import type { RoleInfo } from '@mooring/contract/roles'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { useOrg } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { RoleSelect } from '../settings/RoleSelect.tsx'
import { useSession } from '../sign-in/session.ts'
import { Panel } from '../ui/Panel.tsx'
import { grantableRoles } from './grantable.ts'
import { type Holder, HolderPicker } from './HolderPicker.tsx'

type Props = { roles: readonly RoleInfo[]; onClose: () => void }

/** Gives a role to a person or a group. */
export function GiveRoleForm({ roles, onClose }: Props) {
  const { t } = useTranslation(['roles', 'frame'])
  const org = useOrg()
  const queryClient = useQueryClient()
  const grantable = grantableRoles(roles, useSession()?.permissions ?? [])
  const [holder, setHolder] = useState<Holder>()
  const [role, setRole] = useState<Role>('helpdesk')
  const [includesGuests, setIncludesGuests] = useState(false)
  const give = useMutation({
    mutationFn: ({ kind, id }: Holder) =>
      call('createRoleAssignment', {
        params: { org },
        body: { role, holder: { kind, id }, includesGuests },
      }),
    onSuccess: async () => {
      onClose()
      await queryClient.invalidateQueries()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (holder) give.mutate(holder)
  }
  return (
    <Panel title={t('give.title')} hint={t('give.hint')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={480}>
          {give.error && <ProblemNotice error={give.error} />}
          <HolderPicker org={org} value={holder} onChange={setHolder} />
          <RoleSelect value={role} offered={grantable} onChange={setRole} />
          <Checkbox
            label={t('give.guests')}
            description={t('give.guestsHint')}
            checked={includesGuests}
            onChange={(event) => setIncludesGuests(event.currentTarget.checked)}
          />
          <Group gap="xs">
            <Button type="submit" disabled={!holder} loading={give.isPending}>
              {t('give.button')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('frame:action.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
