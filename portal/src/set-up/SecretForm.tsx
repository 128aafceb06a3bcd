import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import type { Guide } from '@mooring/contract/set-up'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { dateInMonths } from './date-in-months.ts'
import { findSecretFault } from './secret-check.ts'
import { useSaveConnection } from './use-save-connection.ts'
import { useStepHref } from './use-step-href.ts'

/** The lifetimes that Entra offers most prominently. */
const LIFETIMES_MONTHS = [6, 12, 24] as const
const FIELDS = ['credential.value', 'credential.expiresAt']

/** The secret's value and its end. Saving it makes the connection, or renews it. */
export function SecretForm({ guide, onSaved }: { guide: Guide; onSaved?: () => void }) {
  const { t } = useTranslation('set-up')
  const mayWrite = useMay('connection.write')
  const hrefOf = useStepHref()
  const [value, setValue] = useState('')
  const [expiresAt, setExpiresAt] = useState('')
  const save = useSaveConnection(guide)
  const fault = findSecretFault(value)
  const step = guide.steps.find(({ id }) => id === 'secret')
  const isTried = save.isSuccess && value === ''
  const isRefused = isTried && step?.state === 'wrong'

  if (!save.hasIds) {
    return (
      <Notice
        tone="attention"
        title={t('secret.idsFirst')}
        actions={
          <ButtonLink href={hrefOf('ids')} variant="default" size="xs">
            {t('secret.toIds')}
          </ButtonLink>
        }
      />
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (fault || value === '') return
    const credential = { kind: 'secret' as const, value, ...(expiresAt ? { expiresAt } : {}) }
    save.mutate(
      { credential },
      {
        onSuccess: () => {
          setValue('')
          onSaved?.()
        },
      },
    )
  }
  return (
    <Panel title={t('secret.title')} hint={t('secret.hint')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={480}>
          {save.error && !isToldAtFields(save.error, FIELDS) && (
            <ProblemNotice error={save.error} />
          )}
          <PasswordInput
            label={t('secret.value')}
            autoComplete="off"
            spellCheck={false}
            disabled={!mayWrite}
            visibilityToggleButtonProps={{ 'aria-label': t('secret.reveal') }}
            value={value}
            error={fault ? t(`secret.${fault}`) : fieldError(save.error, 'credential.value')}
            onChange={(event) => {
              setValue(event.currentTarget.value)
              if (save.error) save.reset()
            }}
          />
          {fault === 'hasBlanks' && (
            <Button
              variant="default"
              size="xs"
              w="fit-content"
              onClick={() => setValue(value.trim())}
            >
              {t('secret.trim')}
            </Button>
          )}
          <div>
            <TextInput
              type="date"
              label={t('secret.expiresAt')}
              description={t('secret.expiresAtHint')}
              disabled={!mayWrite}
              min={dateInMonths(new Date(), 0)}
              value={expiresAt}
              error={fieldError(save.error, 'credential.expiresAt')}
              onChange={(event) => setExpiresAt(event.currentTarget.value)}
            />
            <Group gap={4} mt={4} role="group" aria-label={t('secret.lifetime')}>
              {LIFETIMES_MONTHS.map((count) => (
                <Button
                  key={count}
                  variant="subtle"
                  size="compact-sm"
                  disabled={!mayWrite}
                  onClick={() => setExpiresAt(dateInMonths(new Date(), count))}
                >
                  {t('secret.months', { count })}
                </Button>
              ))}
            </Group>
          </div>
          {isRefused && (
            <Notice tone="wrong" role="alert" title={t('secret.refused')}>
              <p>{step.reason}</p>
              <p>{step.remedy}</p>
            </Notice>
          )}
          <Group gap="sm">
            <Button
              type="submit"
              disabled={!mayWrite || value === '' || fault !== undefined}
              loading={save.isPending}
            >
              {guide.connection ? t('secret.replace') : t('secret.connect')}
            </Button>
            <span role="status" className="soft">
              {isTried && !isRefused ? t('secret.saved') : ''}
            </span>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
