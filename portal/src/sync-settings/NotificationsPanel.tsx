import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ask } from '../query.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import type { SettingsForm } from './use-settings-form.ts'

/** Whether Microsoft tells us about changes, and how that stands. */
export function NotificationsPanel({ form }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { draft, change, org, settings } = form
  const standing = useQuery(ask('getDirectoryStanding', { params: { org } }))
  const notifications = standing.data?.notifications ?? []
  return (
    <Panel id="notifications" title={t('notifications.title')} hint={t('notifications.hint')}>
      <Switch
        label={t('notifications.label')}
        description={t('notifications.labelHint')}
        checked={draft.changeNotifications}
        onChange={(event) => change({ changeNotifications: event.currentTarget.checked })}
      />
      {settings.changeNotifications && notifications.length > 0 && (
        <div style={{ marginTop: 24 }}>
          <Facts
            facts={notifications.map(({ stream, sentence }) => ({
              name: t(`notifications.${stream}`),
              value: sentence,
            }))}
          />
        </div>
      )}
    </Panel>
  )
}
