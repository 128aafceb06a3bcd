import { Skeleton, Stack } from '@mantine/core'
import type {
  CommandBatch,
  CommandBatchPreview,
  CommandTarget,
  ManyCommand,
} from '@mooring/contract/command-batches'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { newRequestKey } from './many-acts.ts'
import { SomeDevices } from './SomeDevices.tsx'
import { useGiveToMany } from './use-give-to-many.ts'

type Props = {
  org: string
  command: ManyCommand
  target: CommandTarget
  /** As people say it: "Restart". */
  name: string
  /** What it does to a device. */
  effect: string
  isHarmless: boolean
  onGiven: (batch: CommandBatch) => void
  onClose: () => void
}

/** Says who would be told and who not, and has the number typed where much is at stake. */
export function ManyDialog(props: Props) {
  const { org, command, target, name, effect, isHarmless, onGiven, onClose } = props
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  // One for as long as the dialog is open: pressing twice is asking once.
  const [key] = useState(newRequestKey)
  const giving = useGiveToMany(org)
  const preview = useQuery({
    ...ask('previewCommandBatch', { params: { org }, body: { command, target } }),
    staleTime: 0,
    gcTime: 0,
  })
  const { data } = preview
  const told = data?.told ?? 0
  const give = () =>
    giving.mutate(
      { key, command, target, ...(data?.countTyped ? { confirmation: told } : {}) },
      {
        onSuccess: onGiven,
        // The list may have changed: what is shown is looked up once more.
        onError: () => void preview.refetch(),
      },
    )
  const error = giving.error ?? preview.error
  return (
    <ConfirmDialog
      title={t('ask.title', {
        command: name,
        devices: data ? t('devices', { count: told, number: number(told) }) : '…',
      })}
      size="lg"
      confirmLabel={t('ask.send')}
      cancelLabel={t('ask.cancel')}
      isHarmless={isHarmless}
      isReady={told > 0}
      isBusy={giving.isPending}
      {...(data?.countTyped
        ? { word: String(told), wordLabel: t('ask.count', { number: told }) }
        : {})}
      problem={error && <ProblemNotice error={error} />}
      onConfirm={give}
      onClose={onClose}
    >
      <Stack gap="sm">
        <div>{effect}</div>
        {data ? (
          <Counted preview={data} />
        ) : (
          !preview.error && (
            <div role="status" aria-label={t('ask.counting')}>
              <Skeleton height={44} radius={4} />
            </div>
          )
        )}
      </Stack>
    </ConfirmDialog>
  )
}

function Counted({ preview }: { preview: CommandBatchPreview }) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  const { told, leftOut, doubtful } = preview
  return (
    <>
      <div>
        <strong>
          {told === 0 ? t('ask.nobody') : t('ask.told', { count: told, number: number(told) })}
        </strong>{' '}
        {told > 0 && t('ask.expires')}
      </div>
      {leftOut.length > 0 && (
        <SomeDevices
          title={t('ask.leftOut')}
          some={leftOut.map(({ reason, count, examples }) => ({
            text: t(`leftOut.${reason}`, { count, number: number(count) }),
            count,
            examples,
          }))}
        />
      )}
      {doubtful.length > 0 && (
        <SomeDevices
          title={t('ask.doubt')}
          some={doubtful.map(({ reason, count, examples }) => ({
            text: t(`doubt.${reason}`, { count, number: number(count) }),
            count,
            examples,
          }))}
        />
      )}
    </>
  )
}
