import { Button, NativeSelect, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ListFilters } from '../directory/ListFilters.tsx'
import { type AttemptSearch, OUTCOMES } from './attempt-search.ts'

type Props = {
  asked: AttemptSearch
  onRefine: (patch: Record<string, string | undefined>) => void
}

/** Narrower ones go to the next line, so that each can be read. */
const LEAST_WIDTH = 140

/** Which attempts are shown. Everything stands in the address. */
export function AttemptFilters({ asked, onRefine }: Props) {
  const { t } = useTranslation('enrolment')
  const day = (name: 'from' | 'to') => (
    <TextInput
      miw={LEAST_WIDTH}
      type="date"
      aria-label={t(`filter.${name}`)}
      value={asked[name] ?? ''}
      onChange={(event) => onRefine({ [name]: event.currentTarget.value || undefined })}
    />
  )
  const chip = (name: 'user' | 'device') =>
    asked[name] && (
      <Button
        variant="default"
        rightSection={<IconX size={14} aria-hidden />}
        onClick={() => onRefine({ [name]: undefined })}
      >
        {t(`filter.${name}`)}
      </Button>
    )
  return (
    <ListFilters
      label={t('filter.search')}
      placeholder={t('filter.searchHint')}
      value={asked.search}
      onSearch={(text) => onRefine({ search: text || undefined })}
    >
      <NativeSelect
        miw={LEAST_WIDTH}
        aria-label={t('filter.outcome')}
        value={asked.outcome ?? ''}
        data={[
          { value: '', label: t('filter.everyOutcome') },
          ...OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) })),
        ]}
        onChange={(event) => onRefine({ outcome: event.currentTarget.value || undefined })}
      />
      {day('from')}
      {day('to')}
      {chip('user')}
      {chip('device')}
    </ListFilters>
  )
}
