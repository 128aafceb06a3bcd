import { Button, Group, Skeleton, Stack, Switch } from '@mantine/core'
import type { SelfServiceSettings } from '@mooring/contract/my-devices'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'

const SWITCHES = ['sync', 'lock', 'restart', 'reportLost', 'lockWhenLost'] as const

/** What people may do with their own devices. */
export function SelfServiceSettingsScreen() {
  const { t } = useTranslation('my-devices')
  const org = useOrg()
  const settings = useQuery(ask('getSelfServiceSettings', { params: { org } }))
  usePageTitle(t('settings.title'))
  return (
    <>
      <PageHeader title={t('settings.title')} sentence={t('settings.about')} />
      <Loaded query={settings} skeleton={<Skeleton height={380} radius={8} />}>
        {(data) => <SettingsForm org={org} saved={data} />}
      </Loaded>
    </>
  )
}

function SettingsForm({ org, saved }: { org: string; saved: SelfServiceSettings }) {
  const { t } = useTranslation(['my-devices', 'frame'])
  const mayManage = useMay('devices.manage')
  const queryClient = useQueryClient()
  const [chosen, setChosen] = useState<Partial<SelfServiceSettings>>({})
  const wanted = { ...saved, ...chosen }
  const isChanged = SWITCHES.some((name) => wanted[name] !== saved[name])
  const save = useMutation({
    mutationFn: () => call('putSelfServiceSettings', { params: { org }, body: wanted }),
    onSuccess: (answer) => {
      const { queryKey } = ask('getSelfServiceSettings', { params: { org } })
      queryClient.setQueryData(queryKey, answer)
      setChosen({})
    },
  })
  return (
    <Panel title={t('settings.acts')} hint={t('settings.actsHint')}>
      <Stack gap="md">
        {!mayManage && <div className="soft">{t('settings.readOnly')}</div>}
        {SWITCHES.map((name) => (
          <Switch
            key={name}
            label={t(`settings.${name}`)}
            description={t(`settings.${name}Hint`)}
            // A loss that nobody may report locks nothing.
            disabled={!mayManage || (name === 'lockWhenLost' && !wanted.reportLost)}
            checked={wanted[name]}
            onChange={(event) => {
              const { checked } = event.currentTarget
              setChosen((before) => ({ ...before, [name]: checked }))
            }}
          />
        ))}
        {save.error && <ProblemNotice error={save.error} />}
        {mayManage && (
          <Group gap="sm">
            <Button disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate()}>
              {t('frame:action.save')}
            </Button>
            <span role="status" className="soft">
              {save.isSuccess && !isChanged ? t('settings.saved') : ''}
            </span>
          </Group>
        )}
      </Stack>
    </Panel>
  )
}
