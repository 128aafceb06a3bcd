import { Radio, Stack, Switch } from '@mantine/core'
import type { DirectorySettings } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Panel } from '../ui/Panel.tsx'
import { ScopeGroups } from './ScopeGroups.tsx'
import classes from './SyncSettings.module.css'
import type { SettingsForm } from './use-settings-form.ts'

/** Whom the organization takes over from its tenant. */
export function PeoplePanel({ form }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { draft, change } = form
  return (
    <Panel id="people" title={t('scope.title')} hint={t('scope.hint')}>
      <Stack gap="md">
        <Radio.Group
          aria-label={t('scope.label')}
          value={draft.scope}
          onChange={(value) => change({ scope: value as DirectorySettings['scope']['kind'] })}
        >
          <Stack gap="sm">
            <Radio value="all" label={t('scope.all')} />
            <Radio value="groups" label={t('scope.groups')} />
          </Stack>
        </Radio.Group>
        {draft.scope === 'groups' && <ScopeGroups form={form} />}
        <LeftOut form={form} />
        <div className={classes['block']}>
          <Switch
            label={t('scope.guests')}
            description={t('scope.guestsHint')}
            checked={draft.guests === 'include'}
            onChange={(event) =>
              change({ guests: event.currentTarget.checked ? 'include' : 'exclude' })
            }
          />
        </div>
        <Radio.Group
          className={classes['block'] ?? ''}
          label={t('scope.disabled')}
          value={draft.disabledUsers}
          onChange={(value) =>
            change({ disabledUsers: value as DirectorySettings['disabledUsers'] })
          }
        >
          <Stack gap="sm" mt="xs">
            <Radio value="lock" label={t('scope.lock')} description={t('scope.lockHint')} />
            <Radio value="ignore" label={t('scope.ignore')} description={t('scope.ignoreHint')} />
          </Stack>
        </Radio.Group>
      </Stack>
    </Panel>
  )
}

/** Who is not part of the organization, under the settings as they are now. */
function LeftOut({ form: { settings } }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { number } = useFormats()
  const leftOut = settings.leftOut.filter(({ people }) => people > 0)
  if (leftOut.length === 0) return null
  return (
    <div className={classes['small']}>
      {t('scope.leftOut')}
      <ul className={classes['left']}>
        {leftOut.map(({ reason, people }) => (
          <li key={reason}>
            {t('scope.leftOutPeople', {
              count: people,
              number: number(people),
              reason: t(`reason.${reason}`),
            })}
          </li>
        ))}
      </ul>
    </div>
  )
}
