import { Button } from '@mantine/core'
import type { StepUp } from '@mooring/contract/step-up'
import { IconExternalLink } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { openAtProvider, WindowBlocked } from '../frame/side-window.ts'
import { ask } from '../query.ts'
import { useSession } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { StateTag } from '../ui/StateTag.tsx'

/** A fresh sign-in with the provider, in a window of its own; its end is seen by asking the server. */
export function ProviderProof({ stepUp, isFirst }: { stepUp: StepUp; isFirst: boolean }) {
  const { t } = useTranslation('step-up')
  const organization = useSession()?.account.organization ?? ''
  const options = useQuery(ask('getSignInOptions', { params: { organization } }))
  const open = useMutation({
    mutationFn: () =>
      openAtProvider('mooring-step-up', () =>
        call('startProviderStepUp', { params: { stepUp: stepUp.id } }),
      ),
  })
  const label = options.data?.provider?.label ?? 'Microsoft'
  return (
    <>
      {open.error instanceof WindowBlocked ? (
        <Notice tone="wrong" role="alert" title={t('blocked.title')}>
          <p>{t('blocked.text')}</p>
        </Notice>
      ) : (
        open.error && <ProblemNotice error={open.error} />
      )}
      {open.isSuccess && (
        <div role="status">
          <StateTag tone="busy" label={t('waiting')} />
        </div>
      )}
      <Button
        variant={isFirst && !open.isSuccess ? 'filled' : 'default'}
        leftSection={<IconExternalLink size={18} aria-hidden />}
        loading={open.isPending}
        onClick={() => open.mutate()}
      >
        {t(open.isSuccess ? 'providerAgain' : 'provider', { label })}
      </Button>
    </>
  )
}
