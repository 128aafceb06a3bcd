import { Button, Group, NativeSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core'
import type { DeviceOwnership } from '@mooring/contract/devices'
import type { MadeEnrolmentToken } from '@mooring/contract/enrolment'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { Panel } from '../ui/Panel.tsx'
import { PersonChoice } from './PersonChoice.tsx'
import type { Option } from './SearchPicker.tsx'

const LIFETIMES_HOURS = [1, 24, 168, 720, 2160] as const
const OWNERSHIPS = ['corporate', 'personal'] as const satisfies readonly DeviceOwnership[]

type Props = {
  org: string
  onMade: (token: MadeEnrolmentToken) => void
  onCancel: () => void
}

/** Makes a token: for whom, for how many devices, and for how long. */
export function TokenForm({ org, onMade, onCancel }: Props) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [ownership, setOwnership] = useState<DeviceOwnership>('corporate')
  const [person, setPerson] = useState<Option>()
  const [group, setGroup] = useState('')
  const [mostUses, setMostUses] = useState<number | string>(1)
  const [hours, setHours] = useState('24')
  const make = useMutation({
    mutationFn: () =>
      call('createEnrolmentToken', {
        params: { org },
        body: {
          name: name.trim(),
          ownership,
          user: person ? { entraId: person.id } : null,
          group: group.trim() || null,
          mostUses: Number(mostUses),
          validHours: Number(hours),
        },
      }),
    onSuccess: async (token) => {
      onMade(token)
      await queryClient.invalidateQueries({ queryKey: ['listEnrolmentTokens'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const { error } = make
  const isTold = isToldAtFields(error, ['name', 'group', 'mostUses', 'user.entraId'])
  return (
    <Panel title={t('token.make')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={480}>
          {error && !isTold && <ProblemNotice error={error} />}
          <TextInput
            label={t('token.name')}
            description={t('token.nameHint')}
            required
            withAsterisk={false}
            autoFocus
            maxLength={200}
            autoComplete="off"
            value={name}
            error={fieldError(error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Radio.Group
            label={t('token.ownership')}
            value={ownership}
            onChange={(value) => setOwnership(oneOf(OWNERSHIPS, value) ?? 'corporate')}
          >
            <Group gap="lg" mt="xs">
              {OWNERSHIPS.map((value) => (
                <Radio key={value} value={value} label={t(`ownership.${value}`)} />
              ))}
            </Group>
          </Radio.Group>
          <PersonChoice
            org={org}
            value={person}
            error={fieldError(error, 'user.entraId')}
            onChange={setPerson}
          />
          <TextInput
            label={t('token.group')}
            description={t('token.groupHint')}
            maxLength={100}
            autoComplete="off"
            value={group}
            error={fieldError(error, 'group')}
            onChange={(event) => setGroup(event.currentTarget.value)}
          />
          <NumberInput
            label={t('token.mostUses')}
            min={1}
            max={100_000}
            allowDecimal={false}
            required
            withAsterisk={false}
            value={mostUses}
            error={fieldError(error, 'mostUses')}
            onChange={setMostUses}
          />
          <NativeSelect
            label={t('token.lifetime')}
            value={hours}
            data={LIFETIMES_HOURS.map((count) => ({
              value: String(count),
              label: t(`token.hours.${count}`),
            }))}
            onChange={(event) => setHours(event.currentTarget.value)}
          />
          <Group gap="xs">
            <Button type="submit" loading={make.isPending}>
              {t('token.create')}
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
