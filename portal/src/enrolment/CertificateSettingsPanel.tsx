import { Button, NativeSelect, NumberInput, Switch } from '@mantine/core'
import type { CertificateSettings } from '@mooring/contract/certificates'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'

const ALGORITHMS = ['rsa2048', 'ecdsaP256'] as const
const LEAST_DAYS = 60
const MOST_DAYS = 730

/** How certificates are made from now on. */
export function CertificateSettingsPanel({ org }: { org: string }) {
  const { t } = useTranslation('enrolment')
  const settings = useQuery(ask('getCertificateSettings', { params: { org } }))
  if (settings.error && !settings.data) return <ProblemNotice error={settings.error} />
  if (!settings.data) return null
  return (
    <Panel title={t('issuing.title')} hint={t('issuing.hint')}>
      {/* Begun anew when others have saved meanwhile. */}
      <SettingsForm key={JSON.stringify(settings.data)} org={org} settings={settings.data} />
    </Panel>
  )
}

type FormProps = { org: string; settings: CertificateSettings }

function SettingsForm({ org, settings }: FormProps) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const mayManage = useMay('certificates.manage')
  const queryClient = useQueryClient()
  const [algorithm, setAlgorithm] = useState(settings.algorithm)
  const [days, setDays] = useState<number | string>(settings.validityDays)
  const [sha1Allowed, setSha1] = useState(settings.sha1Allowed)
  const draft = { algorithm, validityDays: Number(days), sha1Allowed }
  const save = useMutation({
    mutationFn: () => call('putCertificateSettings', { params: { org }, body: draft }),
    onSuccess: (saved) =>
      queryClient.setQueryData(ask('getCertificateSettings', { params: { org } }).queryKey, saved),
  })
  const { error } = save
  const isSame =
    algorithm === settings.algorithm &&
    draft.validityDays === settings.validityDays &&
    sha1Allowed === settings.sha1Allowed
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit}>
      <fieldset className={classes['fields']} disabled={!mayManage}>
        {error && !isToldAtFields(error, ['validityDays', 'algorithm']) && (
          <ProblemNotice error={error} />
        )}
        <NativeSelect
          label={t('issuing.algorithm')}
          description={t('issuing.algorithmHint')}
          maw={480}
          value={algorithm}
          data={ALGORITHMS.map((value) => ({ value, label: t(`issuing.${value}`) }))}
          error={fieldError(error, 'algorithm')}
          onChange={(event) =>
            setAlgorithm(oneOf(ALGORITHMS, event.currentTarget.value) ?? settings.algorithm)
          }
        />
        <NumberInput
          label={t('issuing.days')}
          description={t('issuing.daysHint')}
          min={LEAST_DAYS}
          max={MOST_DAYS}
          allowDecimal={false}
          maw={480}
          value={days}
          error={fieldError(error, 'validityDays')}
          onChange={setDays}
        />
        <Switch
          label={t('issuing.sha1')}
          description={t('issuing.sha1Hint')}
          checked={sha1Allowed}
          onChange={(event) => setSha1(event.currentTarget.checked)}
        />
      </fieldset>
      {mayManage && (
        <Button type="submit" mt="lg" disabled={isSame || days === ''} loading={save.isPending}>
          {t('frame:action.save')}
        </Button>
      )}
    </form>
  )
}
