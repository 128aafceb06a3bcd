import { Button, Group, Modal, Skeleton, Stack } from '@mantine/core'
import type { StepUp, StepUpAct } from '@mooring/contract/step-up'
import { IconShieldLock } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { renewSession } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { PasskeyProof } from './PasskeyProof.tsx'
import { PasswordProof } from './PasswordProof.tsx'
import { ProviderProof } from './ProviderProof.tsx'
import classes from './StepUp.module.css'
import type { Asked } from './step-up-queue.ts'

/** Asks whoever is signed in to prove anew that it is they who act, for one act. */
export function StepUpDialog({ asked }: { asked: Asked }) {
  const { t } = useTranslation(['step-up', 'frame'])
  const begin = useMutation({
    mutationFn: (act: StepUpAct) => call('beginStepUp', { body: act }),
  })
  const { mutate } = begin
  useEffect(() => mutate(asked.act), [mutate, asked.act])
  const cancel = () => asked.settle(undefined)
  return (
    <Modal
      opened
      onClose={cancel}
      title={t('title')}
      closeButtonProps={{ 'aria-label': t('frame:action.cancel') }}
      closeOnClickOutside={false}
      centered
      zIndex={400}
    >
      <Stack gap="md">
        {begin.error && <ProblemNotice error={begin.error} />}
        {begin.data ? (
          <Proof stepUp={begin.data} onProven={asked.settle} onAgain={() => mutate(asked.act)} />
        ) : (
          !begin.error && <Skeleton height={168} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {t('frame:action.cancel')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

type ProofProps = {
  stepUp: StepUp
  onProven: (stepUp: string) => void
  onAgain: () => void
}

function Proof({ stepUp, onProven, onAgain }: ProofProps) {
  const { t } = useTranslation('step-up')
  const queryClient = useQueryClient()
  const { id } = stepUp
  const state = useStepUpState(stepUp)
  useEffect(() => {
    if (state !== 'proven') return
    // A proof renews the session, and with it what every call has to show.
    void renewSession(queryClient).finally(() => onProven(id))
  }, [state, id, queryClient, onProven])
  if (state === 'expired' || state === 'used') {
    return (
      <Notice
        tone="attention"
        role="alert"
        title={t('expired.title')}
        actions={
          <Button size="xs" onClick={onAgain}>
            {t('expired.again')}
          </Button>
        }
      >
        <p>{t('expired.text')}</p>
      </Notice>
    )
  }
  const { ways } = stepUp
  const first = ways[0]
  return (
    <>
      <div className={classes['act']}>
        <IconShieldLock size={20} aria-hidden />
        <div>
          <strong>{stepUp.act}</strong>
          <div className="soft">{t('why')}</div>
        </div>
      </div>
      {ways.length === 0 && <Notice tone="wrong" title={t('noWay')} />}
      {ways.includes('provider') && (
        <ProviderProof stepUp={stepUp} isFirst={first === 'provider'} />
      )}
      {ways.includes('passkey') && <PasskeyProof stepUp={stepUp} isFirst={first === 'passkey'} />}
      {ways.includes('password') && (
        <PasswordProof stepUp={stepUp} isFirst={first === 'password'} />
      )}
    </>
  )
}

const BEAT_MS = 1500

/** Proven here or in the window of the provider: the server says which, for both. */
function useStepUpState({ id, state }: StepUp): StepUp['state'] {
  const { data } = useQuery({
    queryKey: ['getStepUp', id],
    queryFn: ({ signal }) => call('getStepUp', { params: { stepUp: id } }, signal),
    refetchInterval: (query) => ((query.state.data?.state ?? 'open') === 'open' ? BEAT_MS : false),
    // The page lies behind the provider's window meanwhile.
    refetchIntervalInBackground: true,
    gcTime: 0,
  })
  return data?.state ?? state
}
