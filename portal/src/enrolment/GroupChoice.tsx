import { CloseButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask } from '../query.ts'
import classes from './Enrolment.module.css'
import { SearchPicker } from './SearchPicker.tsx'

type Props = {
  org: string
  /** Ids in Entra. */
  chosen: readonly string[]
  error: string | undefined
  onChange: (chosen: readonly string[]) => void
}

const PAUSE_MS = 200

/** Synchronised groups, by name. */
export function GroupChoice({ org, chosen, error, onChange }: Props) {
  const { t } = useTranslation('enrolment')
  const [text, setText] = useState('')
  const wanted = text.trim()
  const [asked] = useDebouncedValue(wanted, PAUSE_MS)
  const groups = useQuery({
    ...ask('listGroups', { params: { org }, query: { search: asked, limit: 8 } }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  })
  const found = (wanted === '' ? [] : (groups.data?.items ?? []))
    .filter(({ entraId }) => !chosen.includes(entraId))
    .map(({ entraId, displayName, memberCount }) => ({
      id: entraId,
      name: displayName,
      about: t('picker.members', { count: memberCount ?? 0 }),
    }))
  return (
    <div className={classes['part']}>
      {chosen.length > 0 && (
        <ul className={classes['chosen']} aria-label={t('picker.chosen')}>
          {chosen.map((entraId) => (
            <ChosenGroup
              key={entraId}
              org={org}
              entraId={entraId}
              onRemove={() => onChange(chosen.filter((other) => other !== entraId))}
            />
          ))}
        </ul>
      )}
      <SearchPicker
        label={t('picker.group')}
        hint={t('picker.groupHint')}
        placeholder={t('picker.groupPlaceholder')}
        text={text}
        onText={setText}
        found={found}
        isSearching={wanted !== '' && (groups.isFetching || wanted !== asked)}
        problem={groups.error}
        error={error}
        onPick={({ id }) => onChange([...chosen, id])}
      />
    </div>
  )
}

type ChosenProps = { org: string; entraId: string; onRemove: () => void }

function ChosenGroup({ org, entraId, onRemove }: ChosenProps) {
  const { t } = useTranslation('enrolment')
  const group = useQuery(ask('listGroups', { params: { org }, query: { entraId, limit: 1 } }))
  const name = group.data?.items[0]?.displayName
  return (
    <li>
      <span>
        {name ?? <code className="mono">{entraId}</code>}
        {group.data && name === undefined && (
          <span className={classes['small']}> {t('picker.gone')}</span>
        )}
      </span>
      <CloseButton aria-label={t('picker.remove', { name: name ?? entraId })} onClick={onRemove} />
    </li>
  )
}
