import { Radio, Stack, Textarea } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { WipeKind } from '@mooring/contract/wipes'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { ask } from '../query.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useAskForWipe } from './use-wipe-acts.ts'
import classes from './Wipes.module.css'

const SHORTEST_REASON = 5
const LONGEST_REASON = 500

type Props = { device: DeviceDetail; org: string; onClose: () => void }

/** Says what each way keeps and loses, asks why, and for the device's name. */
export function WipeDialog({ device, org, onClose }: Props) {
  const { t } = useTranslation(['wipes', 'frame'])
  const navigate = useNavigate()
  // Nothing is chosen beforehand: what cannot be undone is nobody's default.
  const [kind, setKind] = useState<WipeKind>()
  const [reason, setReason] = useState('')
  const guard = useQuery(ask('getWipeGuard', { params: { org } }))
  const request = useAskForWipe(org, ({ id }) => void navigate({ to: paths.wipe(org, id) }))
  const { error } = request
  const isFrozen = Boolean(guard.data?.frozen)
  const confirm = () => {
    if (!kind) return
    request.mutate({
      kind,
      devices: [device.id],
      reason: reason.trim(),
      confirmation: device.name,
    })
  }
  return (
    <ConfirmDialog
      size="lg"
      title={t('ask.title', { name: device.name })}
      confirmLabel={t('ask.confirm')}
      cancelLabel={t('frame:action.cancel')}
      word={device.name}
      wordLabel={t('ask.word', { name: device.name })}
      isReady={kind !== undefined && reason.trim().length >= SHORTEST_REASON && !isFrozen}
      isBusy={request.isPending}
      problem={error && !isToldAtFields(error, ['reason']) && <ProblemNotice error={error} />}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={classes['fields']}>
        {isFrozen && (
          <Notice
            tone="attention"
            title={t('ask.frozen')}
            actions={<PageLink href={paths.wipes(org)}>{t('ask.see')}</PageLink>}
          />
        )}
        <Radio.Group
          label={t('ask.kind')}
          value={kind ?? ''}
          error={fieldError(error, 'kind')}
          onChange={(value) => setKind(oneOf(WipeKind.options, value))}
        >
          <Stack gap="xs" mt="xs">
            {WipeKind.options.map((offered, index) => (
              <Radio
                key={offered}
                value={offered}
                label={t(`kind.${offered}`)}
                description={t(`effect.${offered}`)}
                data-autofocus={index === 0 || undefined}
              />
            ))}
          </Stack>
        </Radio.Group>
        {kind === 'unenrol' && (
          <Notice tone="attention" title={t('unenrolTitle')} role="status">
            <p>{t('unenrolText')}</p>
          </Notice>
        )}
        <Textarea
          label={t('ask.reason')}
          description={t('ask.reasonHint')}
          required
          withAsterisk={false}
          rows={2}
          maxLength={LONGEST_REASON}
          value={reason}
          error={fieldError(error, 'reason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <p>{t('ask.when')}</p>
      </div>
    </ConfirmDialog>
  )
}
