import { Loader, Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Found, useFound } from './found.ts'
import classes from './Palette.module.css'
import { splitHref } from './plain-search.ts'

/** Finds pages, people, groups, devices and actions by name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const listId = useId()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 200)
  const { found, isSearching } = useFound(text.trim(), asked)
  const [index, setIndex] = useState(0)
  const chosen = found[Math.min(index, found.length - 1)]

  const open = ({ href, wish }: Found) => {
    onClose()
    void navigate({ ...splitHref(href), ...(wish ? { state: { wish } } : {}) })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && found.length > 0) {
      event.preventDefault()
      setIndex((Math.min(index, found.length - 1) + step + found.length) % found.length)
    }
    if (event.key === 'Enter' && chosen) {
      event.preventDefault()
      open(chosen)
    }
  }
  return (
    <Modal.Root opened onClose={onClose} padding={0} size={560} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.title')}>
        <div className={classes['field']}>
          <input
            data-autofocus
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
            aria-label={t('palette.title')}
            placeholder={t('palette.placeholder')}
            className={classes['input']}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              setIndex(0)
            }}
            onKeyDown={onKeyDown}
          />
          {isSearching && <Loader size={16} aria-hidden />}
        </div>
        <div
          id={listId}
          role="listbox"
          aria-label={t('palette.results')}
          className={classes['list']}
        >
          {found.map((entry, at) => (
            // The keyboard moves the choice in the field; the pointer may click what it sees.
            // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys
            <div
              key={entry.id}
              id={`${listId}-${entry.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={entry === chosen}
              className={classes['entry']}
              onMouseMove={() => setIndex(at)}
              onClick={() => open(entry)}
            >
              <entry.Icon size={18} stroke={1.75} aria-hidden />
              <span className={classes['name']}>{entry.name}</span>
              <span className={classes['kind']}>{entry.hint}</span>
            </div>
          ))}
          {found.length === 0 && !isSearching && (
            <div className={classes['none']}>{t('palette.none', { text })}</div>
          )}
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
