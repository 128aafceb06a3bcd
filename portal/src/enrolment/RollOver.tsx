import { Button, Group } from '@mantine/core'
import type { CertificateAuthority } from '@mooring/contract/certificates'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'

type Props = {
  org: string
  active: CertificateAuthority | undefined
  next: CertificateAuthority | undefined
}

/** From one authority to the next, in two steps: what exists stays valid throughout. */
export function RollOver({ org, active, next }: Props) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const queryClient = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const rollOver = useMutation({
    mutationFn: (step: 'prepare' | 'switch') =>
      call('rollOverCertificateAuthority', { params: { org }, body: { step } }),
    onSuccess: (authorities) => {
      setAsking(false)
      const { queryKey } = ask('listCertificateAuthorities', { params: { org } })
      queryClient.setQueryData(queryKey, authorities)
    },
  })
  const isDoing = (step: 'prepare' | 'switch') => rollOver.isPending && rollOver.variables === step
  const situation = !active ? 'first' : next ? 'ready' : 'calm'
  return (
    <Panel title={t(`rollOver.${situation}.title`)}>
      <p className={classes['small']} style={{ margin: '0 0 16px' }}>
        {t(`rollOver.${situation}.text`)}
      </p>
      {rollOver.error && !isAsking && (
        <div style={{ marginBottom: 16 }}>
          <ProblemNotice error={rollOver.error} />
        </div>
      )}
      <Group gap="xs">
        {situation === 'calm' && (
          <Button
            variant="default"
            loading={isDoing('prepare')}
            onClick={() => rollOver.mutate('prepare')}
          >
            {t('rollOver.prepare')}
          </Button>
        )}
        {situation === 'ready' && (
          <Button onClick={() => setAsking(true)}>{t('rollOver.switch')}</Button>
        )}
        {situation === 'first' && (
          <Button loading={isDoing('switch')} onClick={() => rollOver.mutate('switch')}>
            {t('rollOver.make')}
          </Button>
        )}
      </Group>
      {isAsking && (
        <ConfirmDialog
          title={t('rollOver.confirmTitle')}
          confirmLabel={t('rollOver.switch')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={isDoing('switch')}
          problem={rollOver.error && <ProblemNotice error={rollOver.error} />}
          onConfirm={() => rollOver.mutate('switch')}
          onClose={() => setAsking(false)}
        >
          {t('rollOver.confirmText', { count: active?.validCertificates ?? 0 })}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
