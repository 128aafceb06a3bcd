import { Button, Textarea } from '@mantine/core'
import { LossReport, type MyDevice, type OwnAct } from '@mooring/contract/my-devices'
import { IconAlertTriangle, IconLock, IconRefresh, IconRotateClockwise } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import classes from './MyDevices.module.css'
import { useOwnActs } from './use-my-devices.ts'

const ICONS = { sync: IconRefresh, restart: IconRotateClockwise, lock: IconLock }
type Asked = Exclude<OwnAct, 'sync'> | 'lost'

/** What can be done with a device. What disturbs somebody is asked about before. */
export function OwnActs({ device }: { device: MyDevice }) {
  const { t } = useTranslation('my-devices')
  const [asked, setAsked] = useState<Asked>()
  const { act, reportLost } = useOwnActs(device)
  const { name, acts, mayReportLost } = device
  const begin = (next: OwnAct) => {
    act.reset()
    if (next === 'sync') act.mutate('sync')
    else setAsked(next)
  }
  const close = () => setAsked(undefined)
  return (
    <>
      {(acts.length > 0 || mayReportLost) && (
        <div className={classes['acts']}>
          {acts.map((offered) => {
            const Icon = ICONS[offered]
            return (
              <Button
                key={offered}
                variant="default"
                leftSection={<Icon size={16} aria-hidden />}
                loading={act.isPending && act.variables === offered}
                aria-label={t('named', { act: t(`act.${offered}`), name })}
                onClick={() => begin(offered)}
              >
                {t(`act.${offered}`)}
              </Button>
            )
          })}
          {mayReportLost && (
            <Button
              variant="default"
              leftSection={<IconAlertTriangle size={16} aria-hidden />}
              aria-label={t('named', { act: t('act.lost'), name })}
              onClick={() => {
                reportLost.reset()
                setAsked('lost')
              }}
            >
              {t('act.lost')}
            </Button>
          )}
        </div>
      )}
      {act.error && asked === undefined && <ProblemNotice error={act.error} />}
      <div role="status" className="visually-hidden">
        {act.isSuccess && t('told', { act: t(`act.${act.variables}`) })}
      </div>
      {asked === 'lost' && <LossDialog device={device} report={reportLost} onClose={close} />}
      {asked !== undefined && asked !== 'lost' && (
        <ActDialog device={device} name={asked} act={act} onClose={close} />
      )}
    </>
  )
}

type Acts = ReturnType<typeof useOwnActs>
type ActProps = {
  device: MyDevice
  name: Exclude<OwnAct, 'sync'>
  act: Acts['act']
  onClose: () => void
}

function ActDialog({ device, name, act, onClose }: ActProps) {
  const { t } = useTranslation(['my-devices', 'frame'])
  return (
    <ConfirmDialog
      title={t(`ask.${name}`, { name: device.name })}
      confirmLabel={t(`act.${name}`)}
      cancelLabel={t('frame:action.cancel')}
      isBusy={act.isPending}
      problem={act.error && <ProblemNotice error={act.error} />}
      onConfirm={() => act.mutate(name, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t(`effect.${name}`)}</p>
    </ConfirmDialog>
  )
}

type LossProps = { device: MyDevice; report: Acts['reportLost']; onClose: () => void }

function LossDialog({ device, report, onClose }: LossProps) {
  const { t } = useTranslation(['my-devices', 'frame'])
  const [reason, setReason] = useState('')
  const { error } = report
  return (
    <ConfirmDialog
      title={t('ask.lost', { name: device.name })}
      confirmLabel={t('act.lost')}
      cancelLabel={t('frame:action.cancel')}
      isReady={LossReport.safeParse({ reason }).success}
      isBusy={report.isPending}
      problem={error && !isToldAtFields(error, ['reason']) && <ProblemNotice error={error} />}
      onConfirm={() => report.mutate(reason, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p style={{ marginTop: 0 }}>
        {t('effect.lost')} {device.isLockedWhenLost && t('effect.locked')}
      </p>
      <Textarea
        label={t('reason')}
        description={t('reasonHint')}
        data-autofocus
        autosize
        minRows={3}
        maxLength={500}
        value={reason}
        error={fieldError(error, 'reason')}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  )
}
