import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, call } from '../api.ts'
import { PasskeyProblem } from '../sign-in/PasskeyProblem.tsx'
import { makePasskey } from '../sign-in/passkeys.ts'
import { browserName } from './browser-name.ts'

type Props = { onDone: () => Promise<void>; onCancel: () => void }

export function PasskeyForm({ onDone, onCancel }: Props) {
  const { t } = useTranslation(['account', 'frame'])
  const [name, setName] = useState(browserName(navigator.userAgent) ?? '')
  // When the browser makes none, the next try needs no new proof. The server lets it go after a while.
  const offer = useRef<Record<string, unknown>>(undefined)
  const make = useMutation({
    mutationFn: async () => {
      offer.current ??= await call('offerPasskey', {})
      const response = await makePasskey(offer.current)
      return await call('addPasskey', { body: { name, response } })
    },
    onSuccess: onDone,
    onError: (error) => {
      if (error instanceof ApiError) offer.current = undefined
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={440}>
        {make.error && <PasskeyProblem error={make.error} />}
        <TextInput
          label={t('passkeys.name')}
          description={t('passkeys.nameHint')}
          required
          withAsterisk={false}
          autoFocus
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" loading={make.isPending}>
            {t('passkeys.make')}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t('frame:action.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
