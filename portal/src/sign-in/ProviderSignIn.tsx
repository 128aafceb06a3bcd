import { Button, Stack } from '@mantine/core'
import type { SignInOptions } from '@mooring/contract/single-sign-on'
import { IconBrandWindows, IconLogin2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useStartSignIn } from './use-start-sign-in.ts'

type Props = { organization: string; provider: NonNullable<SignInOptions['provider']> }

/** The one big button, and what happens behind it. */
export function ProviderSignIn({ organization, provider }: Props) {
  const { t } = useTranslation('sign-in')
  const start = useStartSignIn(organization)
  const { kind, label } = provider
  const Icon = kind === 'entra' ? IconBrandWindows : IconLogin2
  return (
    <Stack gap="md">
      {start.error && <ProblemNotice error={start.error} />}
      <Button
        size="lg"
        fullWidth
        leftSection={<Icon size={22} aria-hidden />}
        // The next page is the provider's: until it stands, the button goes on turning.
        loading={start.isPending || start.isSuccess}
        onClick={() => start.mutate({ chooseAccount: false })}
      >
        {t('provider.button', { label })}
      </Button>
      <div className="soft">{t(`provider.help.${kind}`, { label })}</div>
    </Stack>
  )
}
