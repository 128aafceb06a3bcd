import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import classes from './Commands.module.css'

type Some = {
  text: string
  count: number
  examples: readonly { id: string; name: string }[]
}

/** Why some devices are apart, each reason with a few of them by name. */
export function SomeDevices({ title, some }: { title: string; some: readonly Some[] }) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  return (
    <div>
      <div className={classes['reason']}>{title}</div>
      <ul className={classes['reasons']}>
        {some.map(({ text, count, examples }) => {
          const names = examples.map(({ name }) => name).join(', ')
          const left = count - examples.length
          return (
            <li key={text}>
              {text}
              {names !== '' && (
                <span className="soft">
                  {': '}
                  {left > 0 ? t('examples', { names, number: number(left) }) : names}
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
