import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { Sparkline } from '../ui/Sparkline.tsx'
import classes from './Figures.module.css'

type Props = {
  name: string
  value: number
  note: string
  href?: string
  /** The month, oldest first. */
  values?: readonly number[]
}

export function Figure({ name, value, note, href, values }: Props) {
  const { t } = useTranslation('overview')
  const { number } = useFormats()
  const first = values?.[0]
  const hasCourse = values !== undefined && values.length > 1 && first !== undefined
  const difference = first === undefined ? 0 : value - first
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±'
  return (
    <div className={classes['figure']}>
      <div className={classes['name']}>
        {href ? <PageLink href={href}>{name}</PageLink> : <span>{name}</span>}
        {hasCourse && (
          <span className={classes['change']}>
            {t('figure.change', { change: `${sign}${number(Math.abs(difference))}` })}
          </span>
        )}
      </div>
      <div className={classes['value']}>{number(value)}</div>
      <div className={classes['note']}>{note}</div>
      {hasCourse && (
        <div className={classes['course']}>
          <Sparkline
            values={values}
            label={t('figure.course', { name, from: number(first), to: number(value) })}
          />
        </div>
      )}
    </div>
  )
}
