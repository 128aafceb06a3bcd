import { ActionIcon, Input, NativeSelect } from '@mantine/core'
import type { EntraGroup } from '@mooring/contract/directory'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { GroupPicker } from './GroupPicker.tsx'
import classes from './SyncSettings.module.css'
import type { SettingsForm } from './use-settings-form.ts'

/** The groups that decide who belongs here, and a search for more of them. */
export function ScopeGroups({ form }: { form: SettingsForm }) {
  const { t } = useTranslation('sync-settings')
  const { draft, change, errorAt, org, settings } = form
  const [picked, setPicked] = useState<readonly EntraGroup[]>([])
  const chosen = draft.groups.map(({ entraId }) => entraId)
  const error = errorAt('scope.groups')
  const add = (group: EntraGroup) => {
    setPicked((before) => [...before, group])
    if (chosen.includes(group.entraId)) return
    change({ groups: [...draft.groups, { entraId: group.entraId, transitive: false }] })
  }
  return (
    <div>
      {draft.groups.length === 0 ? (
        <p className={classes['small']} style={{ margin: '0 0 12px' }}>
          {t('scope.none')}
        </p>
      ) : (
        <ul className={classes['groups']} aria-label={t('scope.chosen')}>
          {draft.groups.map(({ entraId, transitive }, index) => (
            <ScopeGroup
              key={entraId}
              entraId={entraId}
              known={settings.scopeGroups.find((group) => group.entraId === entraId)}
              picked={picked.find((group) => group.entraId === entraId)}
              transitive={transitive}
              error={errorAt(`scope.groups.${index}.entraId`)}
              onTransitive={(wanted) =>
                change({ groups: draft.groups.with(index, { entraId, transitive: wanted }) })
              }
              onRemove={() => change({ groups: draft.groups.toSpliced(index, 1) })}
            />
          ))}
        </ul>
      )}
      <GroupPicker org={org} chosen={chosen} onPick={add} />
      {error && <Input.Error mt={4}>{error}</Input.Error>}
    </div>
  )
}

type GroupProps = {
  entraId: string
  known: SettingsForm['settings']['scopeGroups'][number] | undefined
  picked: EntraGroup | undefined
  transitive: boolean
  error: string | undefined
  onTransitive: (transitive: boolean) => void
  onRemove: () => void
}

function ScopeGroup({ entraId, known, picked, ...row }: GroupProps) {
  const { t } = useTranslation('sync-settings')
  const { number } = useFormats()
  const name = known?.displayName ?? picked?.displayName
  const label = name ?? entraId
  // Whoever has just been found in Entra is there, whatever was read before.
  const state = picked ? undefined : known?.state
  return (
    <li>
      <div className={classes['groupName']}>
        {name ?? (
          <>
            {t('scope.unnamed')} <code className="mono">{entraId}</code>
          </>
        )}
        {state === 'missing' && (
          <div>
            <StateTag tone="wrong" size="sm" label={t('scope.state.missing')} />
            <div className={classes['small']}>{t('scope.missingHint')}</div>
          </div>
        )}
        {state === 'unknown' && (
          <div>
            <StateTag tone="unknown" size="sm" label={t('scope.state.unknown')} />
          </div>
        )}
        {state === 'present' && known && known.members !== null && (
          <div className={classes['small']}>
            {t('scope.members', { count: known.members, number: number(known.members) })}
          </div>
        )}
        {row.error && <Input.Error>{row.error}</Input.Error>}
      </div>
      <NativeSelect
        className={classes['which'] ?? ''}
        aria-label={t('scope.membership', { group: label })}
        value={row.transitive ? 'transitive' : 'direct'}
        data={[
          { value: 'direct', label: t('scope.direct') },
          { value: 'transitive', label: t('scope.transitive') },
        ]}
        onChange={(event) => row.onTransitive(event.currentTarget.value === 'transitive')}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('scope.remove', { group: label })}
        onClick={row.onRemove}
      >
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </li>
  )
}
