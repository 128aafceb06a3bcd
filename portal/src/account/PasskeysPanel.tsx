import { Button } from '@mantine/core'
import type { Passkey } from '@mooring/contract/account'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Ago } from '../frame/Ago.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Account.module.css'
import { PasskeyForm } from './PasskeyForm.tsx'

/** The passkeys of a local administrator. */
export function PasskeysPanel({ passkeys }: { passkeys: readonly Passkey[] }) {
  const { t } = useTranslation(['account', 'frame'])
  const queryClient = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<Passkey>()
  const renew = () => queryClient.invalidateQueries({ queryKey: ['getAccount'] })
  const remove = useMutation({
    mutationFn: ({ id }: Passkey) => call('removePasskey', { params: { passkey: id } }),
    onSuccess: async () => {
      setLeaving(undefined)
      await renew()
    },
  })
  return (
    <Panel
      title={t('passkeys.title')}
      hint={t('passkeys.hint')}
      flush
      action={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={isAdding}
          onClick={() => setAdding(true)}
        >
          {t('passkeys.add')}
        </Button>
      }
    >
      {isAdding && (
        <div className={classes['add']}>
          <PasskeyForm
            onDone={async () => {
              setAdding(false)
              await renew()
            }}
            onCancel={() => setAdding(false)}
          />
        </div>
      )}
      {passkeys.length === 0 && !isAdding && (
        <div className={`soft ${classes['add']}`}>{t('passkeys.none')}</div>
      )}
      <ul className={classes['keys']}>
        {passkeys.map((passkey) => (
          <PasskeyLine key={passkey.id} passkey={passkey} onRemove={() => setLeaving(passkey)} />
        ))}
      </ul>
      {leaving && (
        <ConfirmDialog
          title={t('passkeys.removeTitle', { name: leaving.name })}
          confirmLabel={t('passkeys.remove')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={remove.isPending}
          problem={remove.error && <ProblemNotice error={remove.error} />}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          {t('passkeys.removeText')}
        </ConfirmDialog>
      )}
    </Panel>
  )
}

function PasskeyLine({ passkey, onRemove }: { passkey: Passkey; onRemove: () => void }) {
  const { t } = useTranslation('account')
  const { date } = useFormats()
  return (
    <li>
      <div>
        <strong>{passkey.name}</strong>
        <div className="soft">
          {t('passkeys.made', { date: date(passkey.createdAt) })} ·{' '}
          {passkey.lastUsedAt ? (
            <>
              {t('passkeys.used')} <Ago instant={passkey.lastUsedAt} />
            </>
          ) : (
            t('passkeys.unused')
          )}
        </div>
      </div>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        aria-label={t('passkeys.removeNamed', { name: passkey.name })}
        onClick={onRemove}
      >
        {t('passkeys.remove')}
      </Button>
    </li>
  )
}
