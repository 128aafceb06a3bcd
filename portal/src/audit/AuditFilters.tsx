import { NativeSelect, TextInput } from '@mantine/core'
import { AUDIT_ACTIONS } from '@mooring/contract/audit'
import { useTranslation } from 'react-i18next'
import { ListFilters } from '../directory/ListFilters.tsx'
import { ACTIONS, ACTOR_KINDS, type AuditSearch, OUTCOMES } from './audit-search.ts'

/** Narrower ones go to the next line, so that each can be read. */
const LEAST_WIDTH = 140

type Props = {
  asked: AuditSearch
  onRefine: (patch: Record<string, string | undefined>) => void
}

/** Which events are shown. Everything stands in the address. */
export function AuditFilters({ asked, onRefine }: Props) {
  const { t, i18n } = useTranslation('audit')
  const language = i18n.language === 'de' ? 'de' : 'en'
  const pick = (
    name: string,
    label: string,
    all: string,
    data: { value: string; label: string }[],
  ) => (
    <NativeSelect
      miw={LEAST_WIDTH}
      aria-label={label}
      value={String(asked[name as keyof AuditSearch] ?? '')}
      data={[{ value: '', label: all }, ...data]}
      onChange={(event) => onRefine({ [name]: event.currentTarget.value || undefined })}
    />
  )
  const day = (name: 'from' | 'to') => (
    <TextInput
      miw={LEAST_WIDTH}
      type="date"
      aria-label={t(`filter.${name}`)}
      value={asked[name] ?? ''}
      onChange={(event) => onRefine({ [name]: event.currentTarget.value || undefined })}
    />
  )
  return (
    <ListFilters
      label={t('filter.search')}
      placeholder={t('filter.searchHint')}
      value={asked.search}
      onSearch={(text) => onRefine({ search: text || undefined })}
    >
      {pick(
        'action',
        t('filter.action'),
        t('filter.everyAction'),
        ACTIONS.map((value) => ({ value, label: AUDIT_ACTIONS[value][language] })),
      )}
      {pick(
        'actorKind',
        t('filter.actorKind'),
        t('filter.everyActor'),
        ACTOR_KINDS.map((value) => ({ value, label: t(`actorKind.${value}`) })),
      )}
      {pick(
        'outcome',
        t('filter.outcome'),
        t('filter.everyOutcome'),
        OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) })),
      )}
      {day('from')}
      {day('to')}
    </ListFilters>
  )
}
