import { Combobox, Loader, TextInput, useCombobox } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import classes from './Enrolment.module.css'

export type Option = { readonly id: string; readonly name: string; readonly about: string }

type Props = {
  label: string
  hint: string
  placeholder: string
  text: string
  onText: (text: string) => void
  found: readonly Option[]
  isSearching: boolean
  /** Why the search brought nothing. */
  problem: Error | null
  /** What is wrong with the choice. */
  error?: string | undefined
  onPick: (option: Option) => void
}

/** A field that searches while one types; what is found is chosen from a list. */
export function SearchPicker(props: Props) {
  const { t } = useTranslation('enrolment')
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const { label, text, found, isSearching, problem } = props
  const isEmpty = text.trim() === ''
  const pick = (id: string) => {
    const option = found.find((candidate) => candidate.id === id)
    if (option) props.onPick(option)
    props.onText('')
    combobox.closeDropdown()
  }
  return (
    <div>
      <Combobox store={combobox} onOptionSubmit={pick}>
        <Combobox.Target withExpandedAttribute>
          <TextInput
            label={label}
            description={props.hint}
            placeholder={props.placeholder}
            error={props.error}
            role="combobox"
            maw={480}
            autoComplete="off"
            spellCheck={false}
            leftSection={<IconSearch size={16} aria-hidden />}
            rightSection={isSearching ? <Loader size={16} aria-hidden /> : null}
            value={text}
            onFocus={() => !isEmpty && combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
            onChange={(event) => {
              props.onText(event.currentTarget.value)
              combobox.openDropdown()
              combobox.updateSelectedOptionIndex()
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={isEmpty || problem !== null}>
          <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
            {found.map(({ id, name, about }) => (
              <Combobox.Option key={id} value={id}>
                <div>{name}</div>
                <div className={classes['small']}>{about}</div>
              </Combobox.Option>
            ))}
            {found.length === 0 && (
              <Combobox.Empty>{t(isSearching ? 'picker.searching' : 'picker.none')}</Combobox.Empty>
            )}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {problem && !isEmpty && <ProblemNotice error={problem} />}
    </div>
  )
}
