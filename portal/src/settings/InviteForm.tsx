import { Button, Group, Stack, TextInput } from '@mantine/core'
import type { Role } from '@mooring/contract/permissions'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { Panel } from '../ui/Panel.tsx'
import type { FreshLink } from './fresh-link.ts'
import { RoleSelect } from './RoleSelect.tsx'

type Props = { org: string; onInvited: (link: FreshLink) => void; onCancel: () => void }

export function InviteForm({ org, onInvited, onCancel }: Props) {
  const { t } = useTranslation(['settings', 'frame'])
  const queryClient = useQueryClient()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('administrator')
  const invite = useMutation({
    mutationFn: () =>
      call('createAdministrator', { params: { org }, body: { email: email.trim(), role } }),
    onSuccess: async (created) => {
      onInvited(created)
      await queryClient.invalidateQueries({ queryKey: ['listAdministrators'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate()
  }
  const { error } = invite
  return (
    <Panel title={t('administrators.invite')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={440}>
          {error && !isToldAtFields(error, ['email', 'role']) && <ProblemNotice error={error} />}
          <TextInput
            label={t('administrators.email')}
            type="email"
            required
            withAsterisk={false}
            autoFocus
            autoComplete="off"
            value={email}
            error={fieldError(error, 'email')}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <RoleSelect value={role} onChange={setRole} error={fieldError(error, 'role')} />
          <Group gap="xs">
            <Button type="submit" loading={invite.isPending}>
              {t('administrators.create')}
            </Button>
            <Button variant="default" onClick={onCancel}>
              {t('frame:action.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
