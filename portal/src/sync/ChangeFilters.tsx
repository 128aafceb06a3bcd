import { NativeSelect } from '@mantine/core'
import type { ChangedObject, ChangeKind } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { ListFilters } from '../directory/ListFilters.tsx'
import { type ChangeFilter, kindsOf, OBJECTS } from './change-search.ts'

type Props = {
  filter: ChangeFilter
  search: string | undefined
  onFilter: (filter: ChangeFilter) => void
  onSearch: (text: string) => void
}

/** Which changes are shown: of what, of what kind, and about whom. */
export function ChangeFilters({ filter, search, onFilter, onSearch }: Props) {
  const { t } = useTranslation('sync')
  const { object, change } = filter
  return (
    <ListFilters
      label={t('list.search')}
      placeholder={t('list.searchHint')}
      value={search}
      onSearch={onSearch}
    >
      <NativeSelect
        aria-label={t('list.object')}
        value={object ?? ''}
        data={[
          { value: '', label: t('list.everyObject') },
          ...OBJECTS.map((value) => ({ value, label: t(`object.${value}`) })),
        ]}
        onChange={(event) => {
          const { value } = event.currentTarget
          onFilter({ object: (value || undefined) as ChangedObject | undefined, change })
        }}
      />
      <NativeSelect
        aria-label={t('list.change')}
        value={change ?? ''}
        data={[
          { value: '', label: t('list.everyChange') },
          ...kindsOf(object).map((value) => ({ value, label: t(`changeKind.${value}`) })),
        ]}
        onChange={(event) => {
          const { value } = event.currentTarget
          onFilter({ object, change: (value || undefined) as ChangeKind | undefined })
        }}
      />
    </ListFilters>
  )
}
