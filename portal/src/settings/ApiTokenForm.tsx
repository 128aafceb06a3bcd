import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import type { AnswerOf } from '@mooring/contract/endpoints'
import type { Role } from '@mooring/contract/permissions'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { RoleSelect } from './RoleSelect.tsx'

const LIFETIMES_DAYS = [30, 90, 365] as const
/** The server ends them within a year in any case. */
const ENDS: ReadonlySet<Role> = new Set(['owner', 'administrator'])

type Props = {
  org: string
  onMade: (token: AnswerOf<'createToken'>) => void
  onCancel: () => void
}

export function ApiTokenForm({ org, onMade, onCancel }: Props) {
  const { t } = useTranslation(['settings', 'frame'])
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('auditor')
  const [days, setDays] = useState('90')
  const make = useMutation({
    mutationFn: () =>
      call('createToken', {
        params: { org },
        body: { name, role, ...(days === '' ? {} : { expiresInDays: Number(days) }) },
      }),
    onSuccess: async (token) => {
      onMade(token)
      await queryClient.invalidateQueries({ queryKey: ['listTokens'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const { error } = make
  return (
    <Panel title={t('tokens.make')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={440}>
          {error && !isToldAtFields(error, ['name', 'role']) && <ProblemNotice error={error} />}
          <TextInput
            label={t('tokens.name')}
            description={t('tokens.nameHint')}
            required
            withAsterisk={false}
            autoFocus
            maxLength={100}
            autoComplete="off"
            value={name}
            error={fieldError(error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <RoleSelect value={role} onChange={setRole} error={fieldError(error, 'role')} />
          <NativeSelect
            label={t('tokens.lifetime')}
            value={ENDS.has(role) && days === '' ? '365' : days}
            data={[
              ...LIFETIMES_DAYS.map((count) => ({
                value: String(count),
                label: t('tokens.days', { count }),
              })),
              ...(ENDS.has(role) ? [] : [{ value: '', label: t('tokens.noEnd') }]),
            ]}
            onChange={(event) => setDays(event.currentTarget.value)}
          />
          <Group gap="xs">
            <Button type="submit" loading={make.isPending}>
              {t('tokens.create')}
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
