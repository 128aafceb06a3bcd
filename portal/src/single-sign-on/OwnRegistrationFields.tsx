import { Stack, TextInput } from '@mantine/core'
import type { Provider } from '@mooring/contract/single-sign-on'
import { useTranslation } from 'react-i18next'
import { SecretField } from './SecretField.tsx'
import type { ProviderFormState } from './use-provider-form.ts'

type Props = { form: ProviderFormState; secret: Provider['secret'] }

/** A second app registration in the same tenant, for sign-in alone. */
export function OwnRegistrationFields({ form, secret }: Props) {
  const { t } = useTranslation('single-sign-on')
  const { draft, change, errorAt } = form
  return (
    <Stack gap="md" maw={480}>
      <TextInput
        label={t('form.appId')}
        placeholder="00000000-0000-0000-0000-000000000000"
        classNames={{ input: 'mono' }}
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        value={draft.clientId}
        error={errorAt('registration.clientId')}
        onChange={(event) => change({ clientId: event.currentTarget.value })}
      />
      <SecretField
        value={draft.clientSecret}
        kept={secret}
        error={errorAt('registration.clientSecret')}
        onChange={(clientSecret) => change({ clientSecret })}
      />
    </Stack>
  )
}
