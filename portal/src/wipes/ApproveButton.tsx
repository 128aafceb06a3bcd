import { Button } from '@mantine/core'
import type { WipeDetail, WipeGuard } from '@mooring/contract/wipes'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useDecideWipe } from './use-wipe-acts.ts'
import classes from './Wipes.module.css'

type Props = { org: string; wipe: WipeDetail; guard: WipeGuard | undefined }

/** Approves what somebody else asked for, with every device before one's eyes. */
export function ApproveButton({ org, wipe, guard }: Props) {
  const { t } = useTranslation('wipes')
  const [shown, setShown] = useState<WipeDetail>()
  return (
    <>
      <Button color="red" size="xs" onClick={() => setShown(wipe)}>
        {t('approve.action')}
      </Button>
      {shown && (
        <ApproveDialog org={org} wipe={shown} guard={guard} onClose={() => setShown(undefined)} />
      )}
    </>
  )
}

// What is approved is what was shown when it opened, whatever the page has learned since.
function ApproveDialog({ org, wipe, guard, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation(['wipes', 'frame'])
  const { number, interval } = useFormats()
  const { approve } = useDecideWipe(org, wipe, onClose)
  const { kind, devices, reason, requested } = wipe
  const count = devices.length
  return (
    <ConfirmDialog
      title={t('approve.title', { name: requested.name })}
      confirmLabel={t('approve.confirm')}
      cancelLabel={t('frame:action.cancel')}
      isReady={guard !== undefined}
      isBusy={approve.isPending}
      problem={approve.error && <ProblemNotice error={approve.error} />}
      onConfirm={() => approve.mutate()}
      onClose={onClose}
    >
      <p className={classes['strong']}>
        {t('detail.title', {
          kind: t(`kind.${kind}`),
          devices: t('devices', { count, number: number(count) }),
        })}
      </p>
      <p>{t(`effect.${kind}`)}</p>
      <p>
        {t('detail.reason')}: {reason}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <ul className={classes['names']} aria-label={t('approve.list')} tabIndex={0}>
        {devices.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      {guard && <p>{t('approve.text', { minutes: interval(guard.limits.holdMinutes) })}</p>}
    </ConfirmDialog>
  )
}
