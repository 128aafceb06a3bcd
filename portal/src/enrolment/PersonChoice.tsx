import { CloseButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask } from '../query.ts'
import classes from './Enrolment.module.css'
import { type Option, SearchPicker } from './SearchPicker.tsx'

type Props = {
  org: string
  value: Option | undefined
  error: string | undefined
  onChange: (person: Option | undefined) => void
}

const PAUSE_MS = 200

/** An active person of the organization, by name. */
export function PersonChoice({ org, value, error, onChange }: Props) {
  const { t } = useTranslation('enrolment')
  const [text, setText] = useState('')
  const wanted = text.trim()
  const [asked] = useDebouncedValue(wanted, PAUSE_MS)
  const users = useQuery({
    ...ask('listUsers', { params: { org }, query: { search: asked, state: 'active', limit: 8 } }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  })
  if (value) {
    return (
      <div>
        <div className={classes['label']}>{t('token.user')}</div>
        <div className={classes['chosen']}>
          <div>
            <span>
              {value.name} <span className={classes['small']}>{value.about}</span>
            </span>
            <CloseButton
              aria-label={t('picker.remove', { name: value.name })}
              onClick={() => onChange(undefined)}
            />
          </div>
        </div>
      </div>
    )
  }
  const found = (wanted === '' ? [] : (users.data?.items ?? [])).map((user) => ({
    id: user.entraId,
    name: user.displayName,
    about: user.userPrincipalName,
  }))
  return (
    <SearchPicker
      label={t('token.user')}
      hint={t('token.userHint')}
      placeholder={t('picker.personPlaceholder')}
      text={text}
      onText={setText}
      found={found}
      isSearching={wanted !== '' && (users.isFetching || wanted !== asked)}
      problem={users.error}
      error={error}
      onPick={onChange}
    />
  )
}
