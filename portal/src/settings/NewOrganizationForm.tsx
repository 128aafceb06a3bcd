import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { slugFrom } from './slug.ts'

export function NewOrganizationForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation(['settings', 'frame'])
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [ownSlug, setOwnSlug] = useState<string>()
  const slug = ownSlug ?? slugFrom(name)
  const make = useMutation({
    mutationFn: () => call('createOrganization', { body: { name, slug } }),
    onSuccess: async () => {
      onDone()
      await queryClient.invalidateQueries()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const { error } = make
  return (
    <form onSubmit={submit} style={{ padding: 16, borderBottom: '1px solid var(--line)' }}>
      <Stack gap="md" maw={440}>
        {error && !isToldAtFields(error, ['name', 'slug']) && <ProblemNotice error={error} />}
        <TextInput
          label={t('organization.name')}
          required
          withAsterisk={false}
          autoFocus
          maxLength={200}
          autoComplete="off"
          value={name}
          error={fieldError(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('organization.slug')}
          description={t('organizations.slugHint')}
          required
          withAsterisk={false}
          maxLength={63}
          autoComplete="off"
          value={slug}
          error={fieldError(error, 'slug')}
          onChange={(event) => setOwnSlug(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" loading={make.isPending}>
            {t('organizations.create')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('frame:action.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
