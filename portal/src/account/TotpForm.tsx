import { Button, Group, TextInput } from '@mantine/core'
import type { AnswerOf } from '@mooring/contract/endpoints'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { CopyValue } from '../frame/Copy.tsx'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import classes from './Account.module.css'
import { QrCode } from './QrCode.tsx'

type Props = { offer: AnswerOf<'offerTotp'>; onDone: () => Promise<void>; onCancel: () => void }

/** Scan, then show a code: only then is it in force, so that nobody locks themselves out. */
export function TotpForm({ offer, onDone, onCancel }: Props) {
  const { t } = useTranslation(['account', 'frame'])
  const [code, setCode] = useState('')
  const confirm = useMutation({
    mutationFn: () => call('confirmTotp', { body: { code } }),
    onSuccess: onDone,
  })
  const { error } = confirm
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate()
  }
  return (
    <form onSubmit={submit} className={classes['totp']}>
      <div className={classes['qr']}>
        <QrCode text={offer.uri} label={t('totp.qr')} />
      </div>
      <div className={classes['steps']}>
        <div>{t('totp.scan')}</div>
        <CopyValue label={t('totp.secret')} value={offer.secret} />
        {error && !isToldAtFields(error, ['code']) && <ProblemNotice error={error} />}
        <TextInput
          label={t('totp.code')}
          description={t('totp.codeHint')}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          autoFocus
          value={code}
          error={fieldError(error, 'code')}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" loading={confirm.isPending}>
            {t('totp.confirm')}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t('frame:action.cancel')}
          </Button>
        </Group>
      </div>
    </form>
  )
}
