import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchField } from '../ui/SearchField.tsx'
import classes from './ListFilters.module.css'

type Props = {
  label: string
  placeholder: string
  value: string | undefined
  onSearch: (text: string) => void
  children?: ReactNode
}

export function ListFilters({ label, placeholder, value, onSearch, children }: Props) {
  const { t } = useTranslation()
  return (
    <search className={classes['filters']}>
      <div className={classes['search']}>
        <SearchField
          label={label}
          placeholder={placeholder}
          clearLabel={t('action.clear')}
          value={value ?? ''}
          onSearch={onSearch}
        />
      </div>
      {children}
    </search>
  )
}
