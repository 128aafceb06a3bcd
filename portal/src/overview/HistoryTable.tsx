import type { Overview } from '@mooring/contract/overview'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import classes from './Figures.module.css'

/** The numbers behind the plots, newest first. */
export function HistoryTable({ history }: { history: Overview['history'] }) {
  const { t } = useTranslation('overview')
  const { number, date } = useFormats()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className={classes['scroll']} tabIndex={0} aria-label={t('history.title')}>
      <table className={classes['history']}>
        <thead>
          <tr>
            <th scope="col">{t('history.day')}</th>
            <th scope="col">{t('figure.users')}</th>
            <th scope="col">{t('figure.groups')}</th>
          </tr>
        </thead>
        <tbody>
          {history.toReversed().map(({ day, users, groups }) => (
            <tr key={day}>
              <th scope="row">{date(day)}</th>
              <td>{number(users)}</td>
              <td>{number(groups)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
