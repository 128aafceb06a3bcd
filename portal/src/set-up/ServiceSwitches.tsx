import { Button, Group, Stack, Switch } from '@mantine/core'
import type { Connection } from '@mooring/contract/connection'
import type { Guide } from '@mooring/contract/set-up'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { useStartSync } from '../sync/use-start-sync.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'
import { RemoveSynchronised } from './RemoveSynchronised.tsx'
import { useSaveConnection } from './use-save-connection.ts'

const SERVICES = ['syncUsers', 'syncGroups'] as const

/** What is synchronised. Turning something off is said plainly before it is saved. */
export function ServiceSwitches({ guide, connection }: { guide: Guide; connection: Connection }) {
  const { t } = useTranslation(['set-up', 'frame'])
  const mayWrite = useMay('connection.write')
  const maySync = useMay('directory.sync')
  const save = useSaveConnection(guide)
  const start = useStartSync()
  const [chosen, setChosen] = useState<Partial<Pick<Connection, 'syncUsers' | 'syncGroups'>>>({})
  const [isAsking, setAsking] = useState(false)
  const now = { syncUsers: connection.syncUsers, syncGroups: connection.syncGroups }
  const wanted = { ...now, ...chosen }
  const turnedOff = SERVICES.filter((service) => now[service] && !wanted[service])
  const isChanged = SERVICES.some((service) => now[service] !== wanted[service])
  const store = () =>
    save.mutate(wanted, {
      onSuccess: () => setChosen({}),
      onSettled: () => setAsking(false),
    })
  return (
    <Panel title={t('services.title')} hint={t('services.hint')}>
      <Stack gap="md">
        {(save.error ?? start.error) && (
          <ProblemNotice error={save.error ?? (start.error as Error)} />
        )}
        {SERVICES.map((service) => (
          <div key={service}>
            <Switch
              label={t(`services.${service}.label`)}
              description={t(`services.${service}.hint`)}
              disabled={!mayWrite}
              checked={wanted[service]}
              onChange={(event) => {
                const { checked } = event.currentTarget
                setChosen((before) => ({ ...before, [service]: checked }))
              }}
            />
            {!now[service] && <RemoveSynchronised service={service} />}
          </div>
        ))}
        <Group gap="sm">
          {mayWrite && (
            <Button
              disabled={!isChanged}
              loading={save.isPending}
              onClick={() => (turnedOff.length > 0 ? setAsking(true) : store())}
            >
              {t('frame:action.save')}
            </Button>
          )}
          {maySync && (
            <Button
              variant="default"
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              disabled={isChanged || !SERVICES.some((service) => now[service])}
              loading={start.isPending}
              onClick={() => start.mutate('delta')}
            >
              {t('services.sync')}
            </Button>
          )}
          <span role="status" className="soft">
            {save.isSuccess && !isChanged ? t('saved') : ''}
          </span>
        </Group>
      </Stack>
      {isAsking && (
        <ConfirmDialog
          title={t('services.turnOff.title')}
          confirmLabel={t('services.turnOff.confirm')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={save.isPending}
          onConfirm={store}
          onClose={() => setAsking(false)}
        >
          {turnedOff.map((service) => (
            <p key={service} style={{ margin: '0 0 8px' }}>
              {t(`services.turnOff.${service}`)}
            </p>
          ))}
          <p style={{ margin: 0 }}>{t('services.turnOff.after')}</p>
        </ConfirmDialog>
      )}
    </Panel>
  )
}
