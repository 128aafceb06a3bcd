import { Combobox, Loader, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { EntraGroup } from '@mooring/contract/directory'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import classes from './SyncSettings.module.css'

type Props = { org: string; chosen: readonly string[]; onPick: (group: EntraGroup) => void }

const PAUSE_MS = 300

/** Searches for a group in Entra while one types. */
export function GroupPicker({ org, chosen, onPick }: Props) {
  const { t } = useTranslation('sync-settings')
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [text, setText] = useState('')
  const wanted = text.trim()
  const [asked] = useDebouncedValue(wanted, PAUSE_MS)
  const search = useQuery({
    ...ask('searchEntraGroups', { params: { org }, query: { search: asked } }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    // Microsoft is asked: once is enough until somebody types again.
    retry: false,
  })
  const groups = wanted === '' ? [] : (search.data?.items ?? [])
  const isSearching = wanted !== '' && (search.isFetching || wanted !== asked)
  const pick = (entraId: string) => {
    const group = groups.find((found) => found.entraId === entraId)
    if (group) onPick(group)
    setText('')
    combobox.closeDropdown()
  }
  return (
    <>
      <Combobox store={combobox} onOptionSubmit={pick}>
        <Combobox.Target withExpandedAttribute>
          <TextInput
            label={t('picker.label')}
            description={t('picker.hint')}
            placeholder={t('picker.placeholder')}
            role="combobox"
            maw={480}
            autoComplete="off"
            spellCheck={false}
            leftSection={<IconSearch size={16} aria-hidden />}
            rightSection={isSearching ? <Loader size={16} aria-hidden /> : null}
            value={text}
            onFocus={() => wanted !== '' && combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
            onChange={(event) => {
              setText(event.currentTarget.value)
              combobox.openDropdown()
              combobox.updateSelectedOptionIndex()
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={wanted === '' || search.isError}>
          <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={t('picker.label')}>
            {groups.map((group) => (
              <GroupOption
                key={group.entraId}
                group={group}
                isChosen={chosen.includes(group.entraId)}
              />
            ))}
            {groups.length === 0 && (
              <Combobox.Empty>{t(isSearching ? 'picker.searching' : 'picker.none')}</Combobox.Empty>
            )}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {search.error && wanted !== '' && (
        <div style={{ marginTop: 8 }}>
          <ProblemNotice error={search.error} onRetry={() => void search.refetch()} />
        </div>
      )}
    </>
  )
}

function GroupOption({ group, isChosen }: { group: EntraGroup; isChosen: boolean }) {
  const { t } = useTranslation('sync-settings')
  const about = [
    t(`groupKind.${group.kind}`),
    group.isDynamic ? t('picker.dynamic') : '',
    isChosen ? t('picker.chosen') : '',
    group.description ?? '',
  ]
  return (
    <Combobox.Option value={group.entraId} disabled={isChosen}>
      <div>{group.displayName}</div>
      <div className={classes['small']}>{about.filter(Boolean).join(' · ')}</div>
    </Combobox.Option>
  )
}
