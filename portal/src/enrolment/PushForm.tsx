import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { PushCredentials, type PushSettings } from '@mooring/contract/push'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useSessionSettings } from './use-session-settings.ts'

const FIELDS = ['packageSid', 'packageFamilyName', 'secret'] as const

type Props = { org: string; push: PushSettings | null; onClose: () => void }

/** The application of the Partner Center. The secret is only ever written. */
export function PushForm({ org, push, onClose }: Props) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const [packageSid, setSid] = useState(push?.packageSid ?? '')
  const [packageFamilyName, setFamilyName] = useState(push?.packageFamilyName ?? '')
  const [secret, setSecret] = useState('')
  const { push: save } = useSessionSettings(org, onClose)
  const { error } = save
  const read = PushCredentials.safeParse({
    packageSid,
    packageFamilyName,
    ...(secret === '' ? {} : { secret }),
  })
  const isWrong = (value: string, name: (typeof FIELDS)[number]) =>
    value !== '' && !read.success && read.error.issues.some(({ path }) => path[0] === name)
      ? t(`sessions.push.wrong.${name}`)
      : fieldError(error, name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (read.success) save.mutate(read.data)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={640}>
        <TextInput
          label={t('sessions.push.packageSid')}
          description={t('sessions.push.packageSidHint')}
          value={packageSid}
          error={isWrong(packageSid, 'packageSid')}
          onChange={(event) => setSid(event.currentTarget.value)}
        />
        <TextInput
          label={t('sessions.push.packageFamilyName')}
          description={t('sessions.push.packageFamilyNameHint')}
          value={packageFamilyName}
          error={isWrong(packageFamilyName, 'packageFamilyName')}
          onChange={(event) => setFamilyName(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('sessions.push.secret')}
          description={t(push ? 'sessions.push.secretKept' : 'sessions.push.secretHint')}
          autoComplete="off"
          value={secret}
          error={isWrong(secret, 'secret')}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        {error && !isToldAtFields(error, FIELDS) && <ProblemNotice error={error} />}
        <Group gap="xs">
          <Button
            type="submit"
            loading={save.isPending}
            disabled={!read.success || (!push && secret === '')}
          >
            {t('frame:action.save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('frame:action.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
