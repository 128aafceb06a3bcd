import type { GuideStep } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import classes from './EntraExcerpt.module.css'
import { ExcerptPart } from './ExcerptPart.tsx'
import { EXCERPTS } from './excerpts.ts'

/** Our own small drawing of the Entra page, showing where the clicks go. */
export function EntraExcerpt({ step }: { step: GuideStep['id'] }) {
  const { t } = useTranslation('set-up')
  const excerpt = EXCERPTS[step]
  if (!excerpt) return null
  const at = t(`excerpt.word.${excerpt.at}`)
  return (
    <figure className={classes['figure']}>
      <div role="img" aria-label={t('excerpt.label', { page: at })} className={classes['page']}>
        <div className={classes['bar']} aria-hidden>
          <span />
          <span />
          <span />
        </div>
        <div className={classes['body']} aria-hidden>
          <ul className={classes['menu']}>
            {excerpt.menu.map((word) => (
              <li key={word} data-active={word === excerpt.at || undefined}>
                {t(`excerpt.word.${word}`)}
              </li>
            ))}
          </ul>
          <div className={classes['parts']}>
            {excerpt.parts.map((part) => (
              <ExcerptPart key={JSON.stringify(part)} part={part} />
            ))}
          </div>
        </div>
      </div>
      <figcaption className={classes['caption']}>{t('excerpt.caption')}</figcaption>
    </figure>
  )
}
