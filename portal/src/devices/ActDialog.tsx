import { TextInput } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/Ago.tsx'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { useOrg } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useContact } from './DeviceCall.tsx'
import { type Act, commandOf, isHarmless } from './device-acts.ts'
import { nextVisit } from './next-visit.ts'
import type { Giving } from './use-give-command.ts'

const LONGEST_NAME = 15
/** For which a device is called, where it can be. */
const CALLED: readonly Act[] = ['sync', 'reboot', 'lock']

type Props = { device: DeviceDetail; act: Act; giving: Giving; onClose: () => void }

/** Says what will happen, and that it happens when the device comes. */
export function ActDialog({ device, act, giving, onClose }: Props) {
  const { t } = useTranslation(['devices', 'frame'])
  const { dateTime } = useFormats()
  const [name, setName] = useState(act === 'rename' ? device.name : '')
  const contact = useContact(useOrg(), device.id)
  const { at, isLate } = nextVisit(device, useNow(), contact?.poll)
  const isCalled = contact?.push === 'ready' && CALLED.includes(act)
  const { error } = giving
  return (
    <ConfirmDialog
      title={t(`ask.${act}`, { name: device.name })}
      confirmLabel={t('act.send')}
      cancelLabel={t('frame:action.cancel')}
      isHarmless={isHarmless(act)}
      isReady={act !== 'rename' || (name.trim() !== '' && name.trim() !== device.name)}
      isBusy={giving.isPending}
      problem={error && !isToldAtFields(error, ['name']) && <ProblemNotice error={error} />}
      onConfirm={() => giving.mutate(commandOf(act, name), { onSuccess: onClose })}
      onClose={onClose}
    >
      <p style={{ marginTop: 0 }}>{t(`effect.${act}`)}</p>
      {isCalled && <p>{t('act.isCalled')}</p>}
      <p>{t(isLate ? 'act.waitsLate' : 'act.waits', { time: dateTime(at.toISOString()) })}</p>
      {act === 'rename' && (
        <TextInput
          label={t('act.name')}
          description={t('act.nameHint')}
          data-autofocus
          maxLength={LONGEST_NAME}
          autoComplete="off"
          spellCheck={false}
          value={name}
          error={fieldError(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </ConfirmDialog>
  )
}
