import { CloseButton, Combobox, Loader, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUser, IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import classes from './Roles.module.css'

export type Holder = { kind: 'user' | 'group'; id: string; name: string; about: string }

type Props = {
  org: string
  value: Holder | undefined
  onChange: (holder: Holder | undefined) => void
}

/** One field that finds people and groups alike. */
export function HolderPicker({ org, value, onChange }: Props) {
  const { t } = useTranslation('roles')
  if (!value) return <HolderSearch org={org} onPick={onChange} />
  return (
    <div>
      <div className={classes['label']}>{t('give.holder')}</div>
      <div className={classes['chosen']}>
        <HolderName holder={value} />
        <CloseButton aria-label={t('give.other')} onClick={() => onChange(undefined)} />
      </div>
    </div>
  )
}

function HolderSearch({ org, onPick }: { org: string; onPick: (holder: Holder) => void }) {
  const { t } = useTranslation('roles')
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [text, setText] = useState('')
  const wanted = text.trim()
  const [asked] = useDebouncedValue(wanted, 200)
  const { found, isFetching, error } = useHolders(org, asked)
  const holders = wanted === '' ? [] : found
  const isSearching = wanted !== '' && (isFetching || wanted !== asked)
  return (
    <div>
      <Combobox
        store={combobox}
        onOptionSubmit={(id) => {
          const holder = holders.find((candidate) => candidate.id === id)
          if (holder) onPick(holder)
        }}
      >
        <Combobox.Target withExpandedAttribute>
          <TextInput
            label={t('give.holder')}
            description={t('give.holderHint')}
            placeholder={t('give.placeholder')}
            role="combobox"
            autoComplete="off"
            spellCheck={false}
            autoFocus
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
        <Combobox.Dropdown hidden={wanted === ''}>
          <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={t('give.holder')}>
            {holders.map((holder) => (
              <Combobox.Option key={holder.id} value={holder.id}>
                <HolderName holder={holder} />
              </Combobox.Option>
            ))}
            {holders.length === 0 && (
              <Combobox.Empty>{t(isSearching ? 'give.searching' : 'give.nobody')}</Combobox.Empty>
            )}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {error && wanted !== '' && <ProblemNotice error={error} />}
    </div>
  )
}

function HolderName({ holder }: { holder: Holder }) {
  const Icon = holder.kind === 'user' ? IconUser : IconUsersGroup
  return (
    <div className={classes['option']}>
      <Icon size={16} aria-hidden />
      <div>
        <div>{holder.name}</div>
        <div className={classes['small']}>{holder.about}</div>
      </div>
    </div>
  )
}

/** Groups first: giving to groups is what keeps roles in order. */
function useHolders(org: string, asked: string) {
  const { t } = useTranslation('roles')
  const query = { search: asked, limit: 8 }
  const options = { enabled: asked !== '', placeholderData: keepPreviousData }
  const users = useQuery({ ...ask('listUsers', { params: { org }, query }), ...options })
  const groups = useQuery({ ...ask('listGroups', { params: { org }, query }), ...options })
  const circles = (groups.data?.items ?? []).map(({ id, displayName, memberCount }): Holder => {
    const about = t('give.group', { count: memberCount })
    return { kind: 'group', id, name: displayName, about }
  })
  const people = (users.data?.items ?? []).map(
    ({ id, displayName, userPrincipalName }): Holder => ({
      kind: 'user',
      id,
      name: displayName,
      about: userPrincipalName,
    }),
  )
  return {
    found: [...circles, ...people],
    isFetching: users.isFetching || groups.isFetching,
    error: users.error ?? groups.error,
  }
}
