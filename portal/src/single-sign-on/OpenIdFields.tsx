import { NativeSelect, SegmentedControl, Stack, TextInput } from '@mantine/core'
import type { Provider } from '@mooring/contract/single-sign-on'
import { useTranslation } from 'react-i18next'
import { oneOf } from '../frame/plain-search.ts'
import { MANUAL_URLS, NAME_FIELDS, OPTIONAL_URLS } from './provider-draft.ts'
import { SecretField } from './SecretField.tsx'
import classes from './SingleSignOn.module.css'
import type { ProviderFormState } from './use-provider-form.ts'

type Props = { form: ProviderFormState; secret: Provider['secret'] }

/** Any OpenID provider: where it is, who we are to it, and which of its claims names whom. */
export function OpenIdFields({ form, secret }: Props) {
  const { t } = useTranslation('single-sign-on')
  const { draft, change, errorAt } = form
  return (
    <Stack gap="md" maw={480}>
      <div>
        <div className={classes['label']} id="endpoints-label">
          {t('openid.endpoints')}
        </div>
        <SegmentedControl
          aria-labelledby="endpoints-label"
          value={draft.discovers ? 'discovery' : 'manual'}
          data={(['discovery', 'manual'] as const).map((value) => ({
            value,
            label: t(`openid.${value}`),
          }))}
          onChange={(value) => change({ discovers: value === 'discovery' })}
        />
      </div>
      <Endpoints form={form} />
      <TextInput
        label={t('openid.clientId')}
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        value={draft.clientId}
        error={errorAt('clientId')}
        onChange={(event) => change({ clientId: event.currentTarget.value })}
      />
      <SecretField
        value={draft.clientSecret}
        kept={secret}
        error={errorAt('clientSecret')}
        onChange={(clientSecret) => change({ clientSecret })}
      />
      <TextInput
        label={t('openid.scopes')}
        description={t('openid.scopesHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        value={draft.scopes}
        error={errorAt('scopes')}
        onChange={(event) => change({ scopes: event.currentTarget.value })}
      />
      <NamedBy form={form} />
    </Stack>
  )
}

function Endpoints({ form }: { form: ProviderFormState }) {
  const { t } = useTranslation('single-sign-on')
  const { draft, change, errorAt } = form
  if (draft.discovers) {
    return (
      <TextInput
        label={t('openid.url')}
        description={t('openid.urlHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        type="url"
        placeholder="https://id.example.org"
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        value={draft.discoveryUrl}
        error={errorAt('endpoints.url')}
        onChange={(event) => change({ discoveryUrl: event.currentTarget.value })}
      />
    )
  }
  return MANUAL_URLS.map((name) => (
    <TextInput
      key={name}
      label={t(`openid.urls.${name}`)}
      type="url"
      placeholder="https://"
      required={!OPTIONAL_URLS.includes(name)}
      withAsterisk={false}
      autoComplete="off"
      spellCheck={false}
      value={draft.urls[name]}
      error={errorAt(`endpoints.${name}`)}
      onChange={(event) => change({ urls: { ...draft.urls, [name]: event.currentTarget.value } })}
    />
  ))
}

/** Theirs on the left, ours on the right: both must say the same of a person. */
function NamedBy({ form }: { form: ProviderFormState }) {
  const { t } = useTranslation('single-sign-on')
  const { draft, change, errorAt } = form
  return (
    <div>
      <div className={classes['pair']}>
        <TextInput
          label={t('openid.claim')}
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          value={draft.claim}
          error={errorAt('userNameAttribute.claim')}
          onChange={(event) => change({ claim: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('openid.field')}
          value={draft.field}
          data={NAME_FIELDS.map((value) => ({ value, label: t(`openid.fields.${value}`) }))}
          onChange={(event) =>
            change({ field: oneOf(NAME_FIELDS, event.currentTarget.value) ?? 'userPrincipalName' })
          }
        />
      </div>
      <div className={classes['small']}>{t('openid.namedByHint')}</div>
    </div>
  )
}
