import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './EntraExcerpt.module.css'
import type { Cell, Part, Word } from './excerpts.ts'

export function ExcerptPart({ part }: { part: Part }) {
  const { t } = useTranslation('set-up')
  const say = (word: Word) => t(`excerpt.word.${word}`)
  switch (part.kind) {
    case 'commands':
      return (
        <div className={classes['commands']}>
          {part.words.map((word) => (
            <span key={word} data-mark={word === part.mark || undefined}>
              {say(word)}
            </span>
          ))}
        </div>
      )
    case 'field':
      return (
        <div className={classes['field']}>
          <span>{say(part.label)}</span>
          <span data-mark={part.mark}>{part.value}</span>
        </div>
      )
    case 'choice':
      return (
        <div className={classes['field']}>
          <span>{say(part.label)}</span>
          <div className={classes['choice']}>
            {part.words.map((word) => (
              <span key={word} data-mark={word === part.mark || undefined}>
                {say(word)}
              </span>
            ))}
          </div>
        </div>
      )
    case 'tiles':
      return (
        <div className={classes['tiles']}>
          {part.words.map((word) => (
            <span key={word} data-mark={word === part.mark || undefined}>
              {say(word)}
            </span>
          ))}
        </div>
      )
    case 'row':
      return (
        <div className={classes['row']} data-head={part.head}>
          {part.cells.map((cell) => (
            <ExcerptCell key={JSON.stringify(cell)} cell={cell} />
          ))}
        </div>
      )
    case 'box':
      return (
        <div className={classes['box']} data-mark={part.mark}>
          <span data-checked={part.checked || undefined} />
          {say(part.word)}
        </div>
      )
  }
}

function ExcerptCell({ cell }: { cell: Cell }) {
  const { t } = useTranslation('set-up')
  return (
    <span data-mark={cell.mark} data-sign={cell.sign}>
      {cell.sign === 'granted' && <IconCircleCheck size={12} />}
      {cell.sign === 'missing' && <IconAlertTriangle size={12} />}
      {cell.text ?? (cell.word && t(`excerpt.word.${cell.word}`))}
    </span>
  )
}
