import { Button, NativeSelect, Popover, Stack, TextInput } from '@mantine/core'
import type { DeviceFilter } from '@mooring/contract/devices'
import { IconFilter, IconX } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ListFilters } from '../directory/ListFilters.tsx'
import classes from './DeviceFilters.module.css'
import {
  CHOICE_NAMES,
  CHOICES,
  type ChoiceName,
  NUMBER_NAMES,
  QUICK,
  readDeviceSearch,
  TEXT_NAMES,
  writeFilter,
} from './device-search.ts'

type Props = {
  filter: DeviceFilter
  /** By the names of the address; undefined takes one away. */
  onRefine: (patch: Record<string, string | undefined>) => void
}

/** Search, a form with everything that can be asked, what is looked for most, and what is asked now. */
export function DeviceFilters({ filter, onRefine }: Props) {
  const { t } = useTranslation('devices')
  return (
    <div className={classes['all']}>
      <ListFilters
        label={t('filter.search')}
        placeholder={t('filter.searchHint')}
        value={filter.search}
        onSearch={(text) => onRefine({ search: text || undefined })}
      >
        <FilterForm filter={filter} onRefine={onRefine} />
      </ListFilters>
      <fieldset className={classes['row']}>
        <legend className="visually-hidden">{t('filter.quick')}</legend>
        {QUICK.map(({ id, name, value }) => {
          const isOn = String(filter[name]) === value
          return (
            <Button
              key={id}
              size="compact-sm"
              variant={isOn ? 'filled' : 'default'}
              aria-pressed={isOn}
              onClick={() => onRefine({ [name]: isOn ? undefined : value })}
            >
              {t(`filter.quickOne.${id}`)}
            </Button>
          )
        })}
      </fieldset>
      <Chips filter={filter} onRefine={onRefine} />
    </div>
  )
}

/** Each condition with a button that takes it away. */
function Chips({ filter, onRefine }: Props) {
  const { t } = useTranslation('devices')
  const say = useConditionWords()
  const { search: _, ...conditions } = filter
  const names = Object.keys(conditions) as (keyof typeof conditions)[] // its own keys
  if (names.length === 0) return null
  return (
    <ul className={classes['row']} aria-label={t('filter.active')}>
      {names.map((name) => {
        const words = say(name, String(filter[name]))
        return (
          <li key={name}>
            <Button
              size="compact-sm"
              variant="light"
              rightSection={<IconX size={12} aria-hidden />}
              aria-label={t('filter.remove', { condition: words })}
              onClick={() => onRefine({ [name]: undefined })}
            >
              {words}
            </Button>
          </li>
        )
      })}
      {names.length > 1 && (
        <li>
          <Button size="compact-sm" variant="subtle" onClick={() => onRefine(writeFilter({}))}>
            {t('filter.clear')}
          </Button>
        </li>
      )}
    </ul>
  )
}

/** `Encrypted: no` */
function useConditionWords() {
  const { t } = useTranslation('devices')
  const ofValue = useChoiceWords()
  return (name: Exclude<keyof DeviceFilter, 'search'>, value: string): string => {
    const isChoice = (CHOICE_NAMES as readonly string[]).includes(name)
    // Of persons, groups and Entra devices the address has ids only.
    if (name === 'user' || name === 'group' || name === 'entraDeviceId') {
      return t(`filter.field.${name}`)
    }
    const told = isChoice ? ofValue(name as ChoiceName, value) : value
    return `${t(`filter.field.${name}`)}: ${told}`
  }
}

function useChoiceWords() {
  const { t } = useTranslation('devices')
  return (name: ChoiceName, value: string): string => {
    switch (name) {
      case 'state':
        return t(`state.${value as 'enrolled'}`) // one of its choices
      case 'ownership':
        return t(`ownership.${value as 'corporate'}`) // one of its choices
      case 'operatingSystem':
        return value === 'windows10' ? 'Windows 10' : 'Windows 11'
      case 'tpm':
        if (value === 'none') return t('filter.noTpm')
        return value === 'unknown' ? t('told.unknown') : value
      default:
        return t(`told.${value as 'yes'}`) // one of its choices
    }
  }
}

/** Every condition at once. */
function FilterForm({ filter, onRefine }: Props) {
  const { t } = useTranslation('devices')
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      width="min(360px, 92vw)"
      trapFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden />}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {t('filter.open')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes['form'] ?? ''}>
        {isOpen && (
          <Form
            filter={filter}
            onApply={(patch) => {
              setOpen(false)
              onRefine(patch)
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

type FormProps = { filter: DeviceFilter; onApply: Props['onRefine'] }

function Form({ filter, onApply }: FormProps) {
  const { t } = useTranslation('devices')
  const ofValue = useChoiceWords()
  const [draft, setDraft] = useState(() => writeFilter(filter))
  const set = (name: string, value: string) => setDraft({ ...draft, [name]: value || undefined })
  const read = readDeviceSearch(toPlain(draft)).filter
  // What the address could not mean would be left out without a word.
  const wrong = (name: (typeof NUMBER_NAMES | typeof TEXT_NAMES)[number]) =>
    draft[name] !== undefined && read[name] === undefined
  const typed = [...NUMBER_NAMES, ...TEXT_NAMES]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!typed.some(wrong)) onApply(draft)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        {CHOICE_NAMES.map((name) => (
          <NativeSelect
            key={name}
            label={t(`filter.field.${name}`)}
            value={draft[name] ?? ''}
            data={[
              { value: '', label: t('filter.any') },
              ...CHOICES[name].map((value) => ({ value, label: ofValue(name, value) })),
            ]}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ))}
        {typed.map((name) => (
          <TextInput
            key={name}
            label={t(`filter.field.${name}`)}
            value={draft[name] ?? ''}
            error={
              wrong(name) && t(name.startsWith('build') ? 'filter.badBuild' : 'filter.badNumber')
            }
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ))}
        <Button type="submit">{t('filter.apply')}</Button>
      </Stack>
    </form>
  )
}

const toPlain = (draft: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(draft).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
