import { Radio, Stack, Switch, TextInput } from '@mantine/core'
import type { Provider } from '@mooring/contract/single-sign-on'
import { type FormEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { useMay } from '../sign-in/session.ts'
import { Panel } from '../ui/Panel.tsx'
import { OpenIdFields } from './OpenIdFields.tsx'
import { OwnRegistrationFields } from './OwnRegistrationFields.tsx'
import { CHOICES, fieldPaths } from './provider-draft.ts'
import { SaveBar } from './SaveBar.tsx'
import classes from './SingleSignOn.module.css'
import { useProviderForm } from './use-provider-form.ts'

type Props = { org: string; provider: Provider }

/** With what people sign in. For a connected Entra everything is filled in already. */
export function ProviderForm({ org, provider }: Props) {
  const { t } = useTranslation('single-sign-on')
  const mayWrite = useMay('signIn.write')
  const form = useProviderForm(org, provider)
  const fields = useRef<HTMLFieldSetElement>(null)
  const { draft, change, save, errorAt } = form
  const isOn = provider.savedAt !== null && provider.settings.enabled
  const submit = (enabled: boolean) =>
    save.mutate(
      { enabled },
      {
        onError: () =>
          // Once the errors are drawn.
          requestAnimationFrame(() =>
            fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
          ),
      },
    )
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    // The Enter key does what the first button does.
    submit(true)
  }
  const isTold = isToldAtFields(save.error, fieldPaths(draft))
  return (
    <Panel title={t('form.title')}>
      <form onSubmit={onSubmit}>
        <fieldset ref={fields} className={classes['fields']} disabled={!mayWrite}>
          {save.error && !isTold && <ProblemNotice error={save.error} />}
          <Radio.Group
            label={t('form.choice')}
            value={draft.choice}
            onChange={(value) => change({ choice: oneOf(CHOICES, value) ?? 'connection' })}
          >
            <Stack gap="sm" mt="xs">
              {CHOICES.map((choice) => (
                <Radio
                  key={choice}
                  value={choice}
                  label={t(`choice.${choice}.label`)}
                  description={t(`choice.${choice}.text`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {draft.choice === 'connection' && <FromConnection provider={provider} />}
          {draft.choice === 'own' && <OwnRegistrationFields form={form} secret={provider.secret} />}
          {draft.choice === 'openid' && <OpenIdFields form={form} secret={provider.secret} />}
          <TextInput
            label={t('form.label')}
            description={t('form.labelHint', { label: draft.label || '…' })}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            maw={480}
            maxLength={60}
            required
            withAsterisk={false}
            autoComplete="off"
            value={draft.label}
            error={errorAt('label')}
            onChange={(event) => change({ label: event.currentTarget.value })}
          />
          <Switch
            label={t('form.createUnknown')}
            description={t('form.createUnknownHint')}
            checked={draft.createUnknownUsers}
            onChange={(event) => change({ createUnknownUsers: event.currentTarget.checked })}
          />
          {draft.choice !== 'openid' && (
            <TextInput
              label={t('form.stepUpContext')}
              description={t('form.stepUpContextHint')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              maw={480}
              placeholder="c1"
              autoComplete="off"
              spellCheck={false}
              value={draft.stepUpContext}
              error={errorAt('stepUpContext')}
              onChange={(event) => change({ stepUpContext: event.currentTarget.value })}
            />
          )}
        </fieldset>
        {mayWrite && <SaveBar form={form} provider={provider} isOn={isOn} onSave={submit} />}
      </form>
    </Panel>
  )
}

/** What the connection brings along: to be seen, not typed. */
function FromConnection({ provider }: { provider: Provider }) {
  const { t } = useTranslation('single-sign-on')
  const { tenantId, clientId, settings } = provider
  if (tenantId === null) return null
  const isKept = settings.kind === 'entra' && settings.registration.kind === 'connection'
  return (
    <dl className={classes['given']}>
      <dt>{t('given.tenantId')}</dt>
      <dd className="mono">{tenantId}</dd>
      {isKept && clientId && (
        <>
          <dt>{t('given.clientId')}</dt>
          <dd className="mono">{clientId}</dd>
        </>
      )}
    </dl>
  )
}
