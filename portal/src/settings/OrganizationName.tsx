import { Button, Stack, TextInput } from '@mantine/core'
import type { Organization } from '@mooring/contract/organizations'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'

export function OrganizationName({ organization }: { organization: Organization }) {
  const { t } = useTranslation(['settings', 'frame'])
  const { date } = useFormats()
  const queryClient = useQueryClient()
  const mayWrite = useMay('organization.write')
  const [name, setName] = useState(organization.name)
  const save = useMutation({
    mutationFn: () =>
      call('updateOrganization', { params: { org: organization.slug }, body: { name } }),
    onSuccess: () => queryClient.invalidateQueries(),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const { error } = save
  return (
    <Panel>
      <form onSubmit={submit}>
        <Stack gap="md">
          {error && !isToldAtFields(error, ['name']) && <ProblemNotice error={error} />}
          <TextInput
            maw={440}
            label={t('organization.name')}
            required
            withAsterisk={false}
            readOnly={!mayWrite}
            maxLength={200}
            value={name}
            error={fieldError(error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Facts
            facts={[
              {
                name: t('organization.slug'),
                value: <code className="mono">{organization.slug}</code>,
              },
              { name: t('organization.since'), value: date(organization.createdAt) },
            ]}
          />
          {mayWrite && (
            <div>
              <Button
                type="submit"
                disabled={name.trim() === organization.name || name.trim() === ''}
                loading={save.isPending}
              >
                {t('frame:action.save')}
              </Button>
            </div>
          )}
        </Stack>
      </form>
    </Panel>
  )
}
